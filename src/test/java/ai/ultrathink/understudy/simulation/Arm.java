package ai.ultrathink.understudy.simulation;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.Erfc;

/**
 * How a model behaves. Latencies are log-normal.
 *
 * @param medianMillis of its forward passes
 * @param spread of the logarithm of its latencies; 0.3 is well-behaved, 1 has heavy tails
 * @param stalls fraction of the passes that take twenty times as long
 * @param failureRate of its requests
 * @param confidence mean
 * @param lossRate of its rows, on the way to the database
 */
record Arm(double medianMillis, double spread, double stalls, double failureRate, double confidence, double lossRate) {

    /** What a stalled pass adds to the logarithm of its latency. */
    static final double STALL = Math.log(20);

    /** What both arms are unless a scenario says otherwise. */
    static final Arm SOUND = new Arm(20, 0.3, 0, 0.001, 0.6, 0);

    Arm slower(double factor) {
        return new Arm(medianMillis * factor, spread, stalls, failureRate, confidence, lossRate);
    }

    Arm withLatency(double median, double tails, double stalling) {
        return new Arm(median, tails, stalling, failureRate, confidence, lossRate);
    }

    Arm failing(double rate) {
        return new Arm(medianMillis, spread, stalls, rate, confidence, lossRate);
    }

    Arm confident(double mean) {
        return new Arm(medianMillis, spread, stalls, failureRate, mean, lossRate);
    }

    /**
     * At a moment of such weather.
     *
     * @param part of the variance of the logarithm of latencies that is the weather's
     * @param height of the weather: what it adds to the logarithm, in units of {@link #spread}
     */
    Arm inWeather(double part, double height) {
        return slower(Math.exp(spread * height)).withSpread(spread * Math.sqrt(1 - part));
    }

    private Arm withSpread(double other) {
        return new Arm(medianMillis, other, stalls, failureRate, confidence, lossRate);
    }

    /** The 95th percentile of its latencies, in milliseconds. */
    double percentile95() {
        return percentile95(this::shareBelow);
    }

    /**
     * A 95th percentile, in milliseconds.
     *
     * @param shareBelow of passes that take less than the milliseconds with a logarithm
     */
    static double percentile95(DoubleUnaryOperator shareBelow) {
        double low = -10;
        double high = 20;
        for (int step = 0; step < 60; step++) {
            double middle = (low + high) / 2;
            if (shareBelow.applyAsDouble(middle) < 0.95) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(high);
    }

    /** Of its passes, those that take less than the milliseconds with this logarithm. */
    double shareBelow(double logMillis) {
        double above = logMillis - Math.log(medianMillis);
        return (1 - stalls) * normal(above / spread) + stalls * normal((above - STALL) / spread);
    }

    private static double normal(double value) {
        return Erfc.value(-value / Math.sqrt(2)) / 2;
    }

    /** With a 95th percentile that is so much higher. */
    Arm slowerAt95(double millis) {
        double usual = percentile95();
        return slower((usual + millis) / usual);
    }

    Arm losing(double rate) {
        return new Arm(medianMillis, spread, stalls, failureRate, confidence, rate);
    }
}
