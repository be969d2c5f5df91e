package ai.ultrathink.understudy.evidence;

import java.time.Instant;
import java.util.Objects;

/**
 * Sums of the requests of a stretch of time: a minute, an hour, or of a long life several hours. Blocks are in order, so that what
 * happened late can be told from what happened early.
 *
 * @param start the beginning of the stretch
 * @param pairs requests that both models answered
 * @param agreeing pairs with the same action
 * @param control control's requests
 * @param treatment treatment's requests
 * @param controlOnly units that, for the first time, control failed and treatment did not, of those that both were asked
 * @param treatmentOnly likewise: treatment failed and control did not
 * @param secondControl in a split: treatment's requests for which control was asked as well, as the second model of a pair, and
 *     control's failures of these
 * @param secondTreatment in a split: control's requests for which treatment was asked as well, and treatment's failures of
 *     these
 */
public record Block(
        Instant start,
        long pairs,
        long agreeing,
        Arm control,
        Arm treatment,
        long controlOnly,
        long treatmentOnly,
        Arm secondControl,
        Arm secondTreatment) {

    /** Stored decisions may have no second models. */
    public Block {
        secondControl = Objects.requireNonNullElse(secondControl, Arm.NONE);
        secondTreatment = Objects.requireNonNullElse(secondTreatment, Arm.NONE);
    }

    /** Without second models. */
    public Block(
            Instant start,
            long pairs,
            long agreeing,
            Arm control,
            Arm treatment,
            long controlOnly,
            long treatmentOnly) {
        this(start, pairs, agreeing, control, treatment, controlOnly, treatmentOnly, Arm.NONE, Arm.NONE);
    }

    /**
     * Requests of one arm that count for or against its model: those that the service withheld, rejected or shed are left
     * out.
     *
     * @param requests in a split, requests assigned to the arm, or those for which its model was the second of a pair; in a
     *     shadow, requests for which the model ran
     * @param failures requests of these that its model failed
     * @param failingUnits units with such a request, each counted in the block of the first
     */
    public record Arm(long requests, long failures, long failingUnits) {
        public static final Arm NONE = new Arm(0, 0, 0);
    }
}
