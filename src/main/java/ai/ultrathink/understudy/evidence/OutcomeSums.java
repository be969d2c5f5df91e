package ai.ultrathink.understudy.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the decisions of a block of outcomes earned, values as they came, of all versions and generations of the evidence that goes
 * on. For looking at: it is in no decision, and that of a block that is not closed changes with each outcome.
 *
 * @param start the beginning of the block
 * @param closed whether what was added up is final
 * @param control control's requests and shadows, with control's own answer
 * @param treatment treatment's requests and shadows, likewise
 * @param pairs decisions for which both models answered
 * @param late what came after the closing of the block, and is in none of these figures
 * @param now what {@code pairs} would be with it, or null: nothing came, or the block has too many decisions for a look
 */
public record OutcomeSums(
        Instant start,
        boolean closed,
        Arm control,
        Arm treatment,
        Pairs pairs,
        Late late,
        @Nullable Pairs now) {

    /** A block that was closed without a decision, before what came late. */
    public static OutcomeSums empty(Instant start) {
        return new OutcomeSums(start, true, Arm.NONE, Arm.NONE, Pairs.NONE, Late.NONE, null);
    }

    /** The sums of two parts of a block. */
    public OutcomeSums plus(OutcomeSums other) {
        return new OutcomeSums(
                start,
                closed && other.closed,
                control.plus(other.control),
                treatment.plus(other.treatment),
                pairs.plus(other.pairs),
                late,
                null);
    }

    /** The same sums with what came late. */
    public OutcomeSums with(Late came) {
        return new OutcomeSums(start, closed, control, treatment, pairs, came, now);
    }

    /** The same sums with what they would be now. */
    public OutcomeSums with(@Nullable Pairs asOfNow) {
        return new OutcomeSums(start, closed, control, treatment, pairs, late, asOfNow);
    }

    /**
     * What came after the closing of a block.
     *
     * @param decisions rows that were stored then
     * @param outcomes outcomes of single requests that were sent then, corrections included
     */
    public record Late(long decisions, long outcomes) {

        public static final Late NONE = new Late(0, 0);

        public Late plus(Late other) {
            return new Late(decisions + other.decisions, outcomes + other.outcomes);
        }

        public boolean any() {
            return decisions > 0 || outcomes > 0;
        }
    }

    /**
     * Decisions of one arm.
     *
     * @param decisions all
     * @param known those with an outcome
     * @param earned what these earned
     * @param bets of these, the ones with another position than 0
     * @param hits of these, the ones that gained
     */
    public record Arm(long decisions, long known, double earned, long bets, long hits) {

        public static final Arm NONE = new Arm(0, 0, 0, 0, 0);

        public Arm plus(Arm other) {
            return new Arm(
                    decisions + other.decisions,
                    known + other.known,
                    earned + other.earned,
                    bets + other.bets,
                    hits + other.hits);
        }
    }

    /**
     * Decisions of both models.
     *
     * @param agreeing those with the same action
     * @param disagreeing the others
     * @param control what control earned with those that have an outcome
     * @param treatment what treatment earned with these
     * @param difference the sum of the differences
     * @param clippedDifference the same with clipped values
     */
    public record Pairs(
            OutcomeBlock.Coverage agreeing,
            OutcomeBlock.Coverage disagreeing,
            double control,
            double treatment,
            double difference,
            double clippedDifference) {

        public static final Pairs NONE = new Pairs(OutcomeBlock.Coverage.NONE, OutcomeBlock.Coverage.NONE, 0, 0, 0, 0);

        /** All decisions. */
        public long decisions() {
            return agreeing.decisions() + disagreeing.decisions();
        }

        /** Those with an outcome. */
        public long known() {
            return agreeing.withOutcome() + disagreeing.withOutcome();
        }

        public Pairs plus(Pairs other) {
            return new Pairs(
                    agreeing.plus(other.agreeing),
                    disagreeing.plus(other.disagreeing),
                    control + other.control,
                    treatment + other.treatment,
                    difference + other.difference,
                    clippedDifference + other.clippedDifference);
        }
    }
}
