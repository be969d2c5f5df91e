package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    void a_quantile_is_within_a_quarter_of_a_percent_of_the_exact_one(
            @ForAll("latencies") List<Double> latencies, @ForAll @DoubleRange(min = 0, max = 1) double q) {
        double exact = exactQuantile(latencies, q);

        double quantile = histogram(latencies).quantile(q);

        // the bucket of a value on a bound may be its neighbour by one rounding
        assertEquals(exact, quantile, exact * 0.002501);
    }

    @Property
    void adding_counts_merges_histograms(
            @ForAll("latencies") List<Double> some,
            @ForAll("latencies") List<Double> others,
            @ForAll @DoubleRange(min = 0, max = 1) double q) {
        LogHistogram merged = histogram(some).plus(histogram(others));
        LogHistogram pooled =
                histogram(Stream.concat(others.stream(), some.stream()).toList());

        assertEquals(some.size() + others.size(), merged.total());
        assertEquals(pooled.counts(), merged.counts());
        assertEquals(pooled.quantile(q), merged.quantile(q));
    }

    @Property
    void a_count_is_as_many_single_values(
            @ForAll @IntRange(min = -300, max = 1_000) int bucket, @ForAll @IntRange(min = 1, max = 50) int count) {
        LogHistogram once = LogHistogram.of(Map.of(bucket, (long) count));

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
        assertEquals(Double.NaN, LogHistogram.NONE.quantile(0.5));
        assertEquals(0, LogHistogram.NONE.total());
    }

    @Example
    void empty_buckets_are_passed_over() {
        LogHistogram histogram = LogHistogram.of(Map.of(1, 0L, 100, 1L));

        assertEquals(LogHistogram.value(100), histogram.quantile(0));
    }

    @Example
    void a_rank_that_is_no_fraction_is_a_mistake_of_the_caller() {
        assertThrows(IllegalArgumentException.class, () -> LogHistogram.NONE.quantile(1.01));
        assertThrows(IllegalArgumentException.class, () -> LogHistogram.NONE.quantile(-0.01));
        assertThrows(IllegalArgumentException.class, () -> LogHistogram.NONE.quantile(Double.NaN));
    }

    @Example
    void a_bucket_that_no_latency_can_have_and_a_negative_count_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> LogHistogram.of(Map.of(LogHistogram.FIRST_BUCKET - 1, 1L)));
        assertThrows(IllegalArgumentException.class, () -> LogHistogram.of(Map.of(LogHistogram.LAST_BUCKET + 1, 1L)));
        assertThrows(IllegalArgumentException.class, () -> LogHistogram.of(Map.of(1, -1L)));
    }

    @Example
    void the_first_bucket_and_the_last_are_open() {
        assertEquals(0, LogHistogram.low(LogHistogram.FIRST_BUCKET));
        assertEquals(Double.POSITIVE_INFINITY, LogHistogram.high(LogHistogram.LAST_BUCKET));
    }

    private static LogHistogram histogram(List<Double> latencies) {
        return Latencies.histogram(
                latencies.stream().mapToDouble(latency -> latency).toArray());
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
