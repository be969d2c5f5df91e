package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Example;

class DesignEffectProperties {

    private static final int MINUTE = 300;

    /** Of 400 runs of independent values, looked at once, few are taken for dependent. */
    @Example
    void independent_values_are_seldom_taken_for_dependent() {
        long dependent = IntStream.range(0, 400)
                .filter(run -> DesignEffect.ofTime(stretches(independent(run, 12_000)), 2)
                        .dependent())
                .count();

        assertTrue(dependent <= 20, () -> dependent + " of 400");
    }

    @Example
    void an_autoregressive_process_has_the_effect_that_theory_gives_it_and_is_taken_to_have_no_less() {
        List<List<GroupSums>> runs = IntStream.range(0, 41)
                .mapToObj(run -> stretches(autoregressive(run, 60_000, 0.9)))
                .toList();

        // (1 + ρ) / (1 − ρ) = 19
        assertEquals(19, median(runs.stream().mapToDouble(run -> run.get(1).ratio())), 2);
        double taken = median(
                runs.stream().mapToDouble(run -> DesignEffect.ofTime(run, 2).value()));
        assertTrue(taken > 19 && taken < 38, () -> "taken for " + taken);
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Example
    void dependence_that_ends_within_the_stretches_does_not_last() {
        assertFalse(DesignEffect.ofTime(stretches(autoregressive(1, 60_000, 0.9)), 2)
                .lasting());
    }

    @Example
    void dependence_beyond_the_longest_stretches_lasts_and_leaves_few_independent_values() {
        double[] values = new double[12_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 6_000 ? i % 10 == 0 ? 0 : 1 : i % 2;
        }

        DesignEffect effect = DesignEffect.ofTime(stretches(values), 2);

        assertTrue(effect.lasting());
        assertTrue(values.length / effect.value() < 20, effect::toString);
    }

    @Example
    void units_that_differ_have_an_effect_which_counts_more_if_they_are_few() {
        GroupSums many = units(200);
        GroupSums few = units(15);

        assertEquals(many.ratio(), DesignEffect.ofGroups(many).value());
        assertTrue(DesignEffect.ofGroups(few).value() > 2 * few.ratio());
        assertFalse(DesignEffect.ofGroups(few).lasting());
    }

    @Example
    void without_groups_there_is_none() {
        assertEquals(DesignEffect.NONE, DesignEffect.ofTime(List.of(), 2));
        assertEquals(DesignEffect.NONE, DesignEffect.ofTime(List.of(GroupSums.NONE, GroupSums.NONE), 2));
        assertEquals(DesignEffect.NONE, DesignEffect.ofGroups(GroupSums.NONE));
    }

    @Example
    void the_larger_of_two_counts() {
        DesignEffect lasting = new DesignEffect(2, true);

        assertEquals(new DesignEffect(3, true), lasting.or(new DesignEffect(3, false)));
        assertEquals(lasting, DesignEffect.NONE.or(lasting));
    }

    @Example
    void an_effect_below_1_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new DesignEffect(0.9, false));
        assertThrows(IllegalArgumentException.class, () -> new DesignEffect(Double.NaN, false));
        assertThrows(IllegalArgumentException.class, () -> EValue.NONE.tempered(0.5));
        assertThrows(IllegalArgumentException.class, () -> DesignEffect.ofTime(List.of(), 0));
    }

    @Example
    void evidence_is_weakened_by_it() {
        assertEquals(new EValue(2), new EValue(6).tempered(3));
        assertEquals(new EValue(6), new EValue(6).tempered(1));
    }

    private static GroupSums units(int count) {
        SplittableRandom random = new SplittableRandom(count);
        GroupSums sums = GroupSums.NONE;
        for (int unit = 0; unit < count; unit++) {
            double own = random.nextGaussian();
            sums = sums.plus(GroupSumsProperties.ofGroup(IntStream.range(0, 50)
                    .mapToDouble(any -> own + random.nextGaussian())
                    .toArray()));
        }
        return sums;
    }

    private static double[] independent(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, count)
                .mapToDouble(any -> random.nextDouble() < 0.85 ? 1 : 0)
                .toArray();
    }

    private static double[] autoregressive(long seed, int count, double memory) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        double value = random.nextGaussian();
        for (int i = 0; i < count; i++) {
            value = memory * value + Math.sqrt(1 - memory * memory) * random.nextGaussian();
            values[i] = value;
        }
        return values;
    }

    /** In runs of 16, in minutes, and in minutes merged by 2, 4 and 8. */
    private static List<GroupSums> stretches(double[] values) {
        List<GroupSums> stretches = new ArrayList<>();
        for (int length : new int[] {16, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE}) {
            GroupSums sums = GroupSums.NONE;
            for (int from = 0; from < values.length; from += length) {
                sums = sums.plus(GroupSumsProperties.ofGroup(
                        Arrays.copyOfRange(values, from, Math.min(values.length, from + length))));
            }
            stretches.add(sums);
        }
        return stretches;
    }
}
