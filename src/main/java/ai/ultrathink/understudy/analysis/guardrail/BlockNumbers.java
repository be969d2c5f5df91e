package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.stats.ClippedBet;
import java.time.Duration;

/** Blocks as the bets see them: each one number, with the scale that it is tested by and the stream whose turn it is. */
final class BlockNumbers {

    /** A spread below this is what rounding leaves of positions that cancel. */
    private static final double NO_SCALE = 1e-12;

    private final OutcomePlan plan;
    private double lastScale;

    /** @param lastScale the last scale above 0 of the blocks before, or 0 */
    BlockNumbers(OutcomePlan plan, double lastScale) {
        this.plan = plan;
        this.lastScale = lastScale;
    }

    /** One block. */
    record Turn(int stream, ClippedBet.Observation number) {

        boolean tested() {
            return number.scale() > 0;
        }
    }

    /** The next block, in the order of the blocks. */
    Turn next(OutcomeBlock block) {
        double scale = block.scale() < NO_SCALE ? 0 : block.scale();
        // costs alone, of positions that differed before, have no spread of their own
        boolean costsAlone = scale == 0 && block.clipped().difference() != 0;
        double testedBy = block.withOutcome() == 0 ? 0 : costsAlone ? lastScale : scale;
        lastScale = scale > 0 ? scale : lastScale;
        long number = Math.floorDiv(block.start().getEpochSecond(), plan.block().toSeconds());
        return new Turn(
                (int) Math.floorMod(number, (long) streams(plan)),
                new ClippedBet.Observation(perDecision(block.clipped().difference(), block), testedBy));
    }

    double lastScale() {
        return lastScale;
    }

    /** A sum over the decisions of a block with an outcome, by decision; 0 without any. */
    static double perDecision(double sum, OutcomeBlock block) {
        return block.withOutcome() == 0 ? 0 : sum / block.withOutcome();
    }

    /** How many blocks begin before the outcomes of one are known: so many take turns. */
    static int streams(OutcomePlan plan) {
        Duration whole = plan.block();
        long blocks = plan.horizon().plus(whole).minusNanos(1).dividedBy(whole);
        return (int) Math.max(1, blocks);
    }
}
