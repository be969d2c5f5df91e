package ai.ultrathink.understudy.simulation;

/**
 * Who asks.
 *
 * @param accounts how many units there are, of which the n-th asks in proportion to 1/n; 0 when each request is a unit of its own
 * @param weather how much of the variance of the logarithm of latencies all requests of one moment share, 0 to 1; it comes and goes
 *     over some thousand requests
 */
record Callers(int accounts, double weather) {

    static final Callers INDEPENDENT = new Callers(0, 0);
}
