package ai.ultrathink.understudy.evidence;

import java.time.Instant;

/**
 * Sums of the requests of a stretch of time: a minute, or an hour whose minutes were folded. Blocks are in order, so that
 * what happened late can be told from what happened early.
 *
 * @param start the beginning of the stretch
 * @param minutes the number of minutes with requests in it
 * @param pairs requests that both models answered
 * @param agreeing pairs with the same action
 * @param control control's requests
 * @param treatment treatment's requests
 * @param controlOnly units that, for the first time, control failed and treatment did not, of those that both were asked
 * @param treatmentOnly likewise: treatment failed and control did not
 */
public record Block(
        Instant start,
        long minutes,
        long pairs,
        long agreeing,
        Arm control,
        Arm treatment,
        long controlOnly,
        long treatmentOnly) {

    /**
     * Requests of one arm that count for or against its model: those that the service withheld, rejected or shed are left
     * out.
     *
     * @param requests in a split, requests assigned to the arm; in a shadow, requests for which the model ran
     * @param failures requests of these that its model failed
     * @param failingUnits units with such a request, each counted in the block of the first
     */
    public record Arm(long requests, long failures, long failingUnits) {}
}
