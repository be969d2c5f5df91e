package ai.ultrathink.understudy.simulation;

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

    Arm losing(double rate) {
        return new Arm(medianMillis, spread, stalls, failureRate, confidence, rate);
    }
}
