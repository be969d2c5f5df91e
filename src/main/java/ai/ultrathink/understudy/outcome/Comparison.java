package ai.ultrathink.understudy.outcome;

/**
 * Comparison of the two answers to one request that both models answered.
 *
 * @param actionsMatch whether both chose the same action
 * @param confidenceDelta treatment's confidence minus control's
 * @param latencyDeltaMillis treatment's latency minus control's, in milliseconds
 */
public record Comparison(boolean actionsMatch, double confidenceDelta, double latencyDeltaMillis) {

    public static Comparison of(Outcome.Answered control, Outcome.Answered treatment) {
        return new Comparison(
                control.answer().action().equals(treatment.answer().action()),
                (double) treatment.answer().confidence() - control.answer().confidence(),
                treatment.latencyMillis() - control.latencyMillis());
    }
}
