package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class LogHistogramProperties {

    @Property
    void a_quantile_is_within_one_percent_of_the_exact_one(
            @ForAll("latencies") List<Double> latencies, @ForAll @DoubleRange(min = 0, max = 1) double q) {
        double exact = exactQuantile(latencies, q);

        double quantile = histogram(latencies).quantile(q);

        // the bucket of a value on a bound may be its neighbour by one rounding
        assertEquals(exact, quantile, exact * 0.010001);
    }

    @Property
    void adding_counts_merges_histograms(
            @ForAll("latencies") List<Double> some,
            @ForAll("latencies") List<Double> others,
            @ForAll @DoubleRange(min = 0, max = 1) double q) {
        LogHistogram merged = new LogHistogram();
        some.forEach(latency -> merged.add(bucket(latency), 1));
        others.forEach(latency -> merged.add(bucket(latency), 1));
        LogHistogram pooled = histogram(
                java.util.stream.Stream.concat(others.stream(), some.stream()).toList());

        assertEquals(some.size() + others.size(), merged.total());
        assertEquals(pooled.quantile(q), merged.quantile(q));
    }

    @Property
    void a_count_is_as_many_single_values(
            @ForAll @IntRange(min = -300, max = 1_000) int bucket, @ForAll @IntRange(min = 1, max = 50) int count) {
        LogHistogram once = new LogHistogram();
        once.add(bucket, count);

        assertEquals(count, once.total());
        assertEquals(LogHistogram.value(bucket), once.quantile(0.5));
    }

    @Property
    void quantiles_rise(@ForAll("latencies") List<Double> latencies) {
        LogHistogram histogram = histogram(latencies);

        assertTrue(histogram.quantile(0.5) <= histogram.quantile(0.95));
        assertTrue(histogram.quantile(0.95) <= histogram.quantile(0.99));
    }

    @Example
    void without_values_there_is_no_quantile() {
        assertEquals(Double.NaN, new LogHistogram().quantile(0.5));
        assertEquals(0, new LogHistogram().total());
    }

    @Example
    void empty_buckets_are_passed_over() {
        LogHistogram histogram = new LogHistogram();
        histogram.add(1, 0);
        histogram.add(100, 1);

        assertEquals(LogHistogram.value(100), histogram.quantile(0));
    }

    @Example
    void a_rank_that_is_no_fraction_is_a_mistake_of_the_caller() {
        assertThrows(IllegalArgumentException.class, () -> new LogHistogram().quantile(1.01));
        assertThrows(IllegalArgumentException.class, () -> new LogHistogram().quantile(-0.01));
        assertThrows(IllegalArgumentException.class, () -> new LogHistogram().quantile(Double.NaN));
    }

    private static LogHistogram histogram(List<Double> latencies) {
        LogHistogram histogram = new LogHistogram();
        latencies.forEach(latency -> histogram.add(bucket(latency), 1));
        return histogram;
    }

    /** The mapping of the database's {@code ab_latency_bucket}. */
    private static int bucket(double millis) {
        return (int) Math.ceil(Math.log(millis) / Math.log(1.01 / 0.99));
    }

    /** The smallest value that has at least {@code q × n} values at or below it. */
    private static double exactQuantile(List<Double> latencies, double q) {
        List<Double> sorted = latencies.stream().sorted().toList();
        int at = 0;
        while (at + 1 < q * sorted.size()) {
            at++;
        }
        return sorted.get(at);
    }

    @Provide
    Arbitrary<List<Double>> latencies() {
        return Arbitraries.doubles()
                .between(0.0011, 1e9)
                .ofScale(4)
                .list()
                .ofMinSize(1)
                .ofMaxSize(200);
    }
}
