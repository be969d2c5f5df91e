package ai.ultrathink.understudy.simulation;

import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Who asks. One for each run. */
@FunctionalInterface
interface SimulatedCallers {

    /** The unit of the next request. */
    SimulatedUnit next();

    /** Each request is a unit of its own. */
    static SimulatedCallers independent(RandomGenerator random) {
        return () -> SimulatedUnit.single(random.nextDouble());
    }

    /** So many accounts, which ask equally often. */
    static Function<RandomGenerator, SimulatedCallers> alike(int accounts) {
        return random -> {
            SimulatedUnit[] units = units(accounts, random);
            return () -> units[random.nextInt(accounts)];
        };
    }

    /** So many accounts, of which the n-th asks in proportion to 1/n. */
    static Function<RandomGenerator, SimulatedCallers> accounts(int accounts) {
        return random -> {
            SimulatedUnit[] units = units(accounts, random);
            double[] popularity = new double[accounts];
            double sum = 0;
            for (int account = 0; account < accounts; account++) {
                sum += 1.0 / (account + 1);
                popularity[account] = sum;
            }
            double all = sum;
            return () -> {
                int found = Arrays.binarySearch(popularity, random.nextDouble() * all);
                return units[Math.min(accounts - 1, found < 0 ? -found - 1 : found)];
            };
        };
    }

    /** Units that ask so many times and are then gone; so many of them ask in the same time. */
    static Function<RandomGenerator, SimulatedCallers> sessions(int requests, int atOnce) {
        return random -> {
            SimulatedUnit[] units = units(atOnce, random);
            int[] left = random.ints(atOnce, 1, requests + 1).toArray();
            return () -> {
                int who = atOnce == 1 ? 0 : random.nextInt(atOnce);
                if (left[who]-- == 0) {
                    units[who] = unit(random);
                    left[who] = requests - 1;
                }
                return units[who];
            };
        };
    }

    /** One account has this share of the requests; each other request is a unit of its own. */
    static Function<RandomGenerator, SimulatedCallers> oneAccount(double share) {
        return random -> {
            SimulatedUnit account = unit(random).setApart();
            SimulatedCallers others = independent(random);
            return () -> random.nextDouble() < share ? account : others.next();
        };
    }

    /** Callers know the hash, and choose unit ids that are assigned to treatment at nearly every split. */
    static SimulatedCallers choosing(RandomGenerator random) {
        return () -> SimulatedUnit.single(random.nextDouble() * 0.001);
    }

    private static SimulatedUnit[] units(int count, RandomGenerator random) {
        SimulatedUnit[] units = new SimulatedUnit[count];
        Arrays.setAll(units, any -> unit(random));
        return units;
    }

    private static SimulatedUnit unit(RandomGenerator random) {
        return SimulatedUnit.account(random.nextDouble(), random.nextGaussian());
    }
}
