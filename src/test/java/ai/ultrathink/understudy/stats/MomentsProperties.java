package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
        // the sums lose half of the digits where all values are nearly equal
        assertEquals(deviation, moments.standardDeviation(), 1e-4 + 1e-9 * deviation);
    }

    @Property
    void adding_up_two_groups_gives_the_moments_of_the_pool(
            @ForAll("values") List<Double> some, @ForAll("values") List<Double> others) {
        Moments a = of(some);
        Moments b = of(others);
        Moments merged = new Moments(a.count() + b.count(), a.sum() + b.sum(), a.sumOfSquares() + b.sumOfSquares());
        Moments pool = of(Stream.concat(some.stream(), others.stream()).toList());

        assertEquals(pool.mean(), merged.mean(), 1e-9);
        assertEquals(pool.standardDeviation(), merged.standardDeviation(), 1e-4);
    }

    @Property
    void equal_values_have_a_spread_of_nearly_nothing_and_never_nan(
            @ForAll("latency") double value, @ForAll @IntRange(min = 2, max = 10_000) int count) {
        double deviation =
                of(Stream.generate(() -> value).limit(count).toList()).standardDeviation();

        assertTrue(deviation >= 0 && deviation <= 1e-5 * value, () -> "spread " + deviation);
    }

    @Example
    void nothing_has_no_mean_and_one_value_has_no_spread() {
        assertEquals(Double.NaN, new Moments(0, 0, 0).mean());
        assertEquals(Double.NaN, new Moments(0, 0, 0).standardDeviation());
        assertEquals(3.0, new Moments(1, 3, 9).mean());
        assertEquals(Double.NaN, new Moments(1, 3, 9).standardDeviation());
    }

    @Example
    void the_spread_is_that_of_a_sample() {
        assertEquals(1.0, new Moments(3, 6, 14).standardDeviation());
    }

    private static Moments of(List<Double> values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
            squares += value * value;
        }
        return new Moments(values.size(), sum, squares);
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
