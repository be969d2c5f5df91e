package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class MomentsProperties {

    @Property
    void mean_and_spread_are_those_of_the_two_pass_formulas(@ForAll("values") List<Double> values) {
        double mean = values.stream().mapToDouble(v -> v).sum() / values.size();
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        double deviation = Math.sqrt(squares / (values.size() - 1));

        Moments moments = of(values);

        assertEquals(mean, moments.mean(), 1e-9 * Math.max(1, Math.abs(mean)));
        assertEquals(deviation, moments.standardDeviation(), 1e-9 * Math.max(1, deviation));
    }

    @Property
    void adding_up_two_groups_gives_the_moments_of_the_pool(
            @ForAll("values") List<Double> some, @ForAll("values") List<Double> others) {
        Moments a = of(some);
        Moments b = of(others);
        Moments merged = a.plus(b);
        Moments pool = of(Stream.concat(some.stream(), others.stream()).toList());

        assertEquals(pool.mean(), merged.mean(), 1e-9);
        assertEquals(pool.standardDeviation(), merged.standardDeviation(), 1e-9);
        assertEquals(pool.count(), merged.count());
    }

    @Property
    void sums_give_the_same_but_for_the_digits_that_squares_lose(@ForAll("values") List<Double> values) {
        double sum = values.stream().mapToDouble(value -> value).sum();
        double squares = values.stream().mapToDouble(value -> value * value).sum();

        Moments fromSums = Moments.ofSums(values.size(), sum, squares);

        assertEquals(of(values).mean(), fromSums.mean(), 1e-9);
        assertEquals(of(values).standardDeviation(), fromSums.standardDeviation(), 1e-4);
    }

    @Property
    void equal_values_have_a_spread_of_nearly_nothing_and_never_nan(
            @ForAll("latency") double value, @ForAll @IntRange(min = 2, max = 10_000) int count) {
        double deviation =
                Moments.ofSums(count, count * value, count * (value * value)).standardDeviation();

        assertTrue(deviation >= 0 && deviation <= 1e-5 * value, () -> "spread " + deviation);
    }

    @Example
    void nothing_has_no_mean_and_one_value_has_no_spread() {
        assertEquals(Double.NaN, Moments.NONE.mean());
        assertEquals(Double.NaN, Moments.NONE.standardDeviation());
        assertEquals(Moments.NONE, Moments.ofSums(0, 0, 0));
        assertEquals(3.0, Moments.ofSums(1, 3, 9).mean());
        assertEquals(Double.NaN, Moments.ofSums(1, 3, 9).standardDeviation());
    }

    @Example
    void the_spread_is_that_of_a_sample() {
        assertEquals(1.0, Moments.ofSums(3, 6, 14).standardDeviation());
    }

    @Example
    void large_and_nearly_equal_numbers_keep_their_spread() {
        assertEquals(1.0, of(List.of(1e9, 1e9 + 1, 1e9 + 2)).standardDeviation(), 1e-12);
    }

    @Example
    void a_billion_numbers_merge_without_a_loss() {
        Moments moments = of(List.of(0.1, 0.2, 0.3, 1e4));
        for (int doublings = 0; doublings < 28; doublings++) {
            moments = moments.plus(moments);
        }

        Moments four = of(List.of(0.1, 0.2, 0.3, 1e4));
        assertEquals(1L << 30, moments.count());
        assertEquals(four.mean(), moments.mean(), 1e-12 * four.mean());
        assertEquals(four.squares() / 4, moments.squares() / (1L << 30), 1e-12 * four.squares());
    }

    @Example
    void numbers_that_are_none_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> Moments.NONE.with(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Moments.ofSums(2, Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> Moments.ofSums(2, 1, Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> Moments.ofSums(-1, 1, 1));
    }

    private static Moments of(List<Double> values) {
        Moments moments = Moments.NONE;
        for (double value : values) {
            moments = moments.with(value);
        }
        return moments;
    }

    @Provide
    Arbitrary<List<Double>> values() {
        return Arbitraries.doubles()
                .between(-1_000, 1_000)
                .ofScale(4)
                .list()
                .ofMinSize(2)
                .ofMaxSize(100);
    }

    @Provide
    Arbitrary<Double> latency() {
        return Arbitraries.doubles().between(0.001, 10_000).ofScale(4);
    }
}
