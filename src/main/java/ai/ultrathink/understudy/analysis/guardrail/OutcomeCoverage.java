package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.stats.BoundedMeanBet;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Moments;
import java.util.List;

/**
 * How many decisions of closed blocks have an outcome. A decision without one is left out for both models. That is harmless if
 * outcomes are missing at random, and misleads if they are missing where treatment loses. This shows in the disagreements, as
 * only they can lose: so their coverage has to be as high, and as high as that of the agreements.
 *
 * @param agreeing of the decisions with the same action
 * @param disagreeing of the others
 * @param unequal evidence, from the blocks that have both, that the two coverages differ
 */
public record OutcomeCoverage(OutcomeBlock.Coverage agreeing, OutcomeBlock.Coverage disagreeing, EValue unequal) {

    /** Below this nothing is decided. */
    public static final double LEAST = 0.95;

    /** The difference of the coverages of a block lies between −1 and 1. */
    private static final BoundedMeanBet DIFFERENCE = new BoundedMeanBet(-1, 1, 0);

    static OutcomeCoverage of(List<OutcomeBlock> blocks) {
        long agreeing = 0;
        long agreeingKnown = 0;
        long disagreeing = 0;
        long disagreeingKnown = 0;
        Moments differences = Moments.NONE;
        for (OutcomeBlock block : blocks) {
            agreeing += block.agreeing().decisions();
            agreeingKnown += block.agreeing().withOutcome();
            disagreeing += block.disagreeing().decisions();
            disagreeingKnown += block.disagreeing().withOutcome();
            if (block.agreeing().decisions() > 0 && block.disagreeing().decisions() > 0) {
                differences = differences.with(fraction(block.disagreeing()) - fraction(block.agreeing()));
            }
        }
        return new OutcomeCoverage(
                new OutcomeBlock.Coverage(agreeing, agreeingKnown),
                new OutcomeBlock.Coverage(disagreeing, disagreeingKnown),
                DIFFERENCE.eValue(Hypothesis.EQUAL, 0, differences));
    }

    private static double fraction(OutcomeBlock.Coverage coverage) {
        return coverage.decisions() == 0 ? 1 : (double) coverage.withOutcome() / coverage.decisions();
    }

    /** The fraction of all decisions that have an outcome; 1 without decisions. */
    public double all() {
        return fraction(new OutcomeBlock.Coverage(
                agreeing.decisions() + disagreeing.decisions(), agreeing.withOutcome() + disagreeing.withOutcome()));
    }

    /** The fraction of the agreements that have an outcome. */
    public double ofAgreeing() {
        return fraction(agreeing);
    }

    /** The fraction of the disagreements that have an outcome. */
    public double ofDisagreeing() {
        return fraction(disagreeing);
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
        return unequal.rejects(alpha)
                ? "outcomes are not missing at random: %s of the disagreements have one, and %s of the agreements"
                        .formatted(MetricFormat.percent(ofDisagreeing()), MetricFormat.percent(ofAgreeing()))
                : "";
    }
}
