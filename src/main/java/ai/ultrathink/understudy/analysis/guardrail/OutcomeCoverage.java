package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.stats.BoundedMeanBet;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Moments;
import org.jspecify.annotations.Nullable;

/**
 * How many decisions of closed blocks have an outcome. A decision without one is left out for both models. That is harmless if
 * outcomes are missing at random, and misleads if they are missing where treatment loses. This shows in the disagreements, as
 * only they can lose: so their coverage has to be as high, and as high as that of the agreements.
 *
 * <p>Nor may it be shown that the coverages of the two arms of a split differ.
 *
 * @param agreeing of the decisions with the same action
 * @param disagreeing of the others
 * @param control of control's decisions
 * @param treatment of treatment's
 * @param unequal evidence, from the blocks that have both, that the coverages of agreements and disagreements differ
 * @param unequalArms likewise of the arms
 */
public record OutcomeCoverage(
        Coverage agreeing,
        Coverage disagreeing,
        Coverage control,
        Coverage treatment,
        EValue unequal,
        EValue unequalArms) {

    /** Below this nothing is decided. */
    public static final double LEAST = 0.95;

    /** The difference of the coverages of a block lies between −1 and 1. */
    private static final BoundedMeanBet DIFFERENCE = new BoundedMeanBet(-1, 1, 0);

    /**
     * The coverage of blocks.
     *
     * @param disagreement the differences of the coverages of disagreements and agreements, by block
     * @param arms likewise of treatment and control
     */
    static OutcomeCoverage of(
            Coverage agreeing,
            Coverage disagreeing,
            Coverage control,
            Coverage treatment,
            Moments disagreement,
            Moments arms) {
        return new OutcomeCoverage(
                agreeing,
                disagreeing,
                control,
                treatment,
                DIFFERENCE.eValue(Hypothesis.EQUAL, 0, disagreement),
                DIFFERENCE.eValue(Hypothesis.EQUAL, 0, arms));
    }

    /** The coverage of the blocks of an evaluation; null without a plan, or if they could not be read or are not tested. */
    public static @Nullable OutcomeCoverage of(EvaluationInput input) {
        RunningOutcomes outcomes = RunningOutcomes.of(input);
        return outcomes == null ? null : outcomes.coverage();
    }

    /** The fraction of all decisions that have an outcome; 1 without decisions. */
    public double all() {
        return agreeing.plus(disagreeing).fraction();
    }

    /** The fraction of the agreements that have an outcome. */
    public double ofAgreeing() {
        return agreeing.fraction();
    }

    /** The fraction of the disagreements that have an outcome. */
    public double ofDisagreeing() {
        return disagreeing.fraction();
    }

    /** Why nothing is decided, or empty. */
    String flaw(double alpha) {
        if (all() < LEAST) {
            return "only %s of the decisions of closed blocks have an outcome, and %s are needed"
                    .formatted(MetricFormat.percent(all()), MetricFormat.percent(LEAST));
        }
        if (ofDisagreeing() < LEAST) {
            return "only %s of the disagreements of closed blocks have an outcome, and %s are needed"
                    .formatted(MetricFormat.percent(ofDisagreeing()), MetricFormat.percent(LEAST));
        }
        if (unequal.rejects(alpha)) {
            return "outcomes are not missing at random: %s of the disagreements have one, and %s of the agreements"
                    .formatted(MetricFormat.percent(ofDisagreeing()), MetricFormat.percent(ofAgreeing()));
        }
        return unequalArms.rejects(alpha)
                ? "outcomes are not missing at random: %s of treatment's decisions have one, and %s of control's"
                        .formatted(MetricFormat.percent(treatment.fraction()), MetricFormat.percent(control.fraction()))
                : "";
    }
}
