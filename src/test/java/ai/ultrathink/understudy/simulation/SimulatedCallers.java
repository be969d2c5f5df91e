package ai.ultrathink.understudy.simulation;

/**
 * Who asks.
 *
 * @param accounts how many units there are, of which the n-th asks in proportion to 1/n; 0 when each request is a unit of its own
 * @param variety how much accounts differ: the standard deviation of the logarithm of how often their requests fail; their latencies
 *     differ by a seventh of that, their confidences by a fourteenth
 * @param weather how much of the variance of the logarithm of latencies all requests of one moment share, 0 to 1; it comes and goes
 *     over some thousand requests
 */
record SimulatedCallers(int accounts, double variety, double weather) {

    static final SimulatedCallers INDEPENDENT = new SimulatedCallers(0, 0, 0);

    /** An account's share of {@link #variety}: the factor by which its requests fail more often, given a standard normal number. */
    double failures(double account) {
        return Math.exp(variety * account);
    }

    /** What an account adds to the logarithm of its latencies. */
    double logLatency(double account) {
        return variety / 7 * account;
    }

    /** What an account adds to its confidences. */
    double confidence(double account) {
        return variety / 14 * account;
    }
}
