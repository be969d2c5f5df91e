package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import java.time.Instant;
import java.util.Objects;

/**
 * One closed block of an experiment's outcome plan: what both models earned with the decisions of a stretch of time, in one
 * generation and with one pair of versions. A block closes at its end + the plan's horizon and never changes again: an outcome
 * that comes later is in none of these figures.
 *
 * <p>A <em>decision</em> is a row whose two models both answered: a shadow row, or a pair of a split. It belongs to the block in
 * which its prediction's time lies. Its <em>outcome</em> is the value that was known for it when the block closed.
 *
 * <p>With the plan's position of an action, each model earns with a decision, as a fraction (0.01 is 1%):
 *
 * <pre>earned = position × value − cost × |position − position of the same unit's previous decision in the same symbol|</pre>
 *
 * in the order of the decisions, each model with its own previous position, and 0 before the first. A decision without an outcome
 * earns nothing for either model, but its positions are the previous ones of the next.
 *
 * @param generation the generation of the experiment in which the decisions were taken
 * @param versions the pair of versions that took them
 * @param start the beginning of the block, in UTC, a multiple of the plan's block since 1970. Two records with the same start are
 *     parts of one block, divided by a change of the experiment or of a version
 * @param agreeing decisions with the same action of both models
 * @param disagreeing the other decisions
 * @param clipped sums over the decisions with an outcome, each value clipped to [−clip, +clip]: these are tested
 * @param raw the same sums with the values as they came: these are shown
 * @param wins disagreements with an outcome for which (treatment's position − control's) × raw value is above 0
 * @param losses those for which it is below 0; where it is 0 the decision is neither
 * @param control decisions of control's arm, shadows included, with control's own answer
 * @param treatment decisions of treatment's arm, likewise
 * @param scale V, the block's expected spread, in the unit of {@code clipped.difference / decisions with an outcome}, from what was
 *     known before the first outcome of the block:
 *     <pre>V = √((1 − ρ) Σ δ² σ² + ρ (Σ δ σ)²) over the symbols, ρ = 0.5</pre>
 *     δ of a symbol is the sum over all decisions of the block in it (with an outcome or without) of (treatment's position −
 *     control's), divided by the number of all decisions of the block. σ of a symbol is 1.2533 × an average of past |clipped
 *     value|: each earlier block with outcomes in the symbol changes it to 0.94 × the average before + 0.06 × the block's mean
 *     |clipped value|, and the first such block sets it. Earlier are the blocks that start at least max(block, horizon, rounded up
 *     to whole blocks) sooner. A symbol without a past has the mean σ of those that have one. 0 if no symbol has a δ, or none has
 *     a σ. {@code ab_test_close_outcome_block} computes it
 */
public record OutcomeBlock(
        long generation,
        Versions versions,
        Instant start,
        Coverage agreeing,
        Coverage disagreeing,
        Earned clipped,
        Earned raw,
        long wins,
        long losses,
        Coverage control,
        Coverage treatment,
        double scale) {

    public OutcomeBlock {
        versions = Objects.requireNonNullElse(versions, Versions.UNKNOWN);
        control = Objects.requireNonNullElse(control, Coverage.NONE);
        treatment = Objects.requireNonNullElse(treatment, Coverage.NONE);
    }

    /** The sums of two parts of a block. */
    public OutcomeBlock plus(OutcomeBlock other) {
        long decisions = decisions() + other.decisions();
        double share = decisions == 0 ? 0 : (double) other.decisions() / decisions;
        return new OutcomeBlock(
                other.generation,
                other.versions,
                start,
                agreeing.plus(other.agreeing),
                disagreeing.plus(other.disagreeing),
                clipped.plus(other.clipped),
                raw.plus(other.raw),
                wins + other.wins,
                losses + other.losses,
                control.plus(other.control),
                treatment.plus(other.treatment),
                // at least the spread of both together, and known before both
                (1 - share) * scale + share * other.scale);
    }

    /** All decisions, with an outcome or without. */
    public long decisions() {
        return agreeing.decisions() + disagreeing.decisions();
    }

    /** Decisions with an outcome. */
    public long withOutcome() {
        return agreeing.withOutcome() + disagreeing.withOutcome();
    }

    /**
     * How many decisions have an outcome.
     *
     * @param decisions all
     * @param withOutcome those whose outcome was known when the block closed
     */
    public record Coverage(long decisions, long withOutcome) {

        public static final Coverage NONE = new Coverage(0, 0);

        public Coverage plus(Coverage other) {
            return new Coverage(decisions + other.decisions, withOutcome + other.withOutcome);
        }

        /** The fraction that has an outcome; 1 without decisions. */
        public double fraction() {
            return decisions == 0 ? 1 : (double) withOutcome / decisions;
        }
    }

    /**
     * Sums over the decisions with an outcome.
     *
     * @param control what control earned
     * @param treatment what treatment earned
     * @param difference the sum of each decision's difference, treatment − control. It is added up by itself, so that it is exactly 0
     *     where each decision's is
     */
    public record Earned(double control, double treatment, double difference) {

        public static final Earned NONE = new Earned(0, 0, 0);

        public Earned plus(Earned other) {
            return new Earned(control + other.control, treatment + other.treatment, difference + other.difference);
        }
    }
}
