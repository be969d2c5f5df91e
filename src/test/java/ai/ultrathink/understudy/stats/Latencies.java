package ai.ultrathink.understudy.stats;

import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Latencies as they come, and as the database counts them. */
public final class Latencies {

    private static final double LOG_GAMMA = Math.log(1.01 / 0.99) / 4;

    private Latencies() {}

    static LogHistogram histogram(double... millis) {
        Map<Integer, Long> counts =
                Arrays.stream(millis).boxed().collect(Collectors.groupingBy(Latencies::bucket, Collectors.counting()));
        return LogHistogram.of(counts);
    }

    /** With a median of 1 ms and a heavy tail: the 95th of a hundred is above 2 ms. */
    static double[] lognormal(RandomGenerator random, int count) {
        return random.doubles(count)
                .map(ignored -> Math.exp(0.5 * random.nextGaussian()))
                .toArray();
    }

    /** The mapping of the database's {@code ab_latency_bucket}, written a second time so that tests can compare the two. */
    public static int bucket(double millis) {
        return bucketOfLogarithm(Math.log(millis));
    }

    /** The same of the natural logarithm of a latency. */
    public static int bucketOfLogarithm(double logMillis) {
        return Math.clamp((long) Math.ceil(logMillis / LOG_GAMMA), LogHistogram.FIRST_BUCKET, LogHistogram.LAST_BUCKET);
    }
}
