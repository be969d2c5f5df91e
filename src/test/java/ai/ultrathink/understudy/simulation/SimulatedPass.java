package ai.ultrathink.understudy.simulation;

/**
 * What one model did with one request.
 *
 * @param crashed whether it did not answer at all
 * @param late whether it answered after treatment's deadline
 * @param logLatency natural logarithm of the milliseconds it took
 * @param confidence of its answer
 */
record SimulatedPass(boolean crashed, boolean late, double logLatency, double confidence) {

    boolean failed() {
        return crashed || late;
    }
}
