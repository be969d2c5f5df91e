package ai.ultrathink.understudy.demo;

import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A simulated market at the scale of minutes, in which the treatment loses. Each minute each of some symbols gets the answers to one
 * of the replay's days, drawn at random, and a return: normal, with the volatility of the replay's days spread over the minutes of a
 * trading day, half of the variance common to all symbols. Where the models disagree it moves against the treatment by half of its
 * volatility. Where they agree its mean is 0.
 */
final class SimulatedMinutes {

    static final int SYMBOLS = 50;

    private static final int MINUTES_A_DAY = 390;
    private static final double COMMON = 0.5;
    private static final double AGAINST_TREATMENT = 0.5;

    private final List<NextDay> days;
    private final Map<String, Integer> leanings;
    private final double volatility;
    private final Random random;

    /**
     * One decision.
     *
     * @param day whose answers are given
     * @param value the return of the symbol in this minute, as a fraction
     */
    record Decision(String day, double value) {}

    /**
     * A market.
     *
     * @param leanings by the day on which the models disagree: the treatment's position minus control's
     */
    SimulatedMinutes(List<NextDay> days, Map<String, Integer> leanings, long seed) {
        this.days = List.copyOf(days);
        this.leanings = Map.copyOf(leanings);
        this.volatility = volatility(days) / Math.sqrt(MINUTES_A_DAY);
        this.random = new Random(seed);
    }

    /** The standard deviation of a minute's return. */
    double volatility() {
        return volatility;
    }

    /** The decisions of the next minute, one for each symbol. */
    List<Decision> next() {
        double market = random.nextGaussian();
        return random.ints(SYMBOLS, 0, days.size())
                .mapToObj(day -> decision(days.get(day).date().toString(), market))
                .toList();
    }

    private Decision decision(String day, double market) {
        double chance = Math.sqrt(COMMON) * market + Math.sqrt(1 - COMMON) * random.nextGaussian();
        return new Decision(
                day, volatility * (chance - AGAINST_TREATMENT * Integer.signum(leanings.getOrDefault(day, 0))));
    }

    private static double volatility(List<NextDay> days) {
        double mean = days.stream().mapToDouble(NextDay::value).average().orElseThrow();
        return Math.sqrt(days.stream()
                .mapToDouble(day -> (day.value() - mean) * (day.value() - mean))
                .average()
                .orElseThrow());
    }
}
