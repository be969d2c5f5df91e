package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.stats.ClippedBet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The closed blocks of the present versions as the bets see them: each block one number, in their order.
 *
 * @param blocks the blocks; parts of one block, in two generations, are added up
 * @param bets the same blocks with the scale that each is tested by
 */
public record OutcomeSeries(List<OutcomeBlock> blocks, ClippedBet.Series bets) {

    /** A spread below this is what rounding leaves of positions that cancel. */
    private static final double NO_SCALE = 1e-12;

    public OutcomeSeries {
        blocks = List.copyOf(blocks);
    }

    static OutcomeSeries of(OutcomePlan plan, List<OutcomeBlock> ofVersions) {
        Map<Instant, OutcomeBlock> byStart = new TreeMap<>();
        ofVersions.forEach(block -> byStart.merge(block.start(), block, OutcomeSeries::plus));
        List<OutcomeBlock> blocks = List.copyOf(byStart.values());
        int streams = streams(plan);
        List<Integer> turns = new ArrayList<>(blocks.size());
        List<ClippedBet.Observation> numbers = new ArrayList<>(blocks.size());
        double last = 0;
        for (OutcomeBlock block : blocks) {
            double scale = block.scale() < NO_SCALE ? 0 : block.scale();
            double difference = mean(block);
            // costs alone, of positions that differed before, have no spread of their own
            boolean costsAlone = scale == 0 && block.clipped().difference() != 0;
            double testedBy = block.withOutcome() == 0 ? 0 : costsAlone ? last : scale;
            numbers.add(new ClippedBet.Observation(difference, testedBy));
            turns.add((int) Math.floorMod(
                    Math.floorDiv(block.start().getEpochSecond(), plan.block().toSeconds()), (long) streams));
            last = scale > 0 ? scale : last;
        }
        return new OutcomeSeries(blocks, new ClippedBet.Series(streams, turns, numbers));
    }

    /** How many blocks begin before the outcomes of one are known: so many take turns. */
    private static int streams(OutcomePlan plan) {
        Duration whole = plan.block();
        long blocks = plan.horizon().plus(whole).minusNanos(1).dividedBy(whole);
        return (int) Math.max(1, blocks);
    }

    private static double mean(OutcomeBlock block) {
        return block.withOutcome() == 0 ? 0 : block.clipped().difference() / block.withOutcome();
    }

    private static OutcomeBlock plus(OutcomeBlock one, OutcomeBlock other) {
        long decisions = one.decisions() + other.decisions();
        double share = decisions == 0 ? 0 : (double) other.decisions() / decisions;
        return new OutcomeBlock(
                other.generation(),
                other.versions(),
                other.start(),
                plus(one.agreeing(), other.agreeing()),
                plus(one.disagreeing(), other.disagreeing()),
                plus(one.clipped(), other.clipped()),
                plus(one.raw(), other.raw()),
                one.wins() + other.wins(),
                one.losses() + other.losses(),
                // at least the spread of both together, and known before both
                (1 - share) * one.scale() + share * other.scale());
    }

    private static Coverage plus(Coverage one, Coverage other) {
        return new Coverage(one.decisions() + other.decisions(), one.withOutcome() + other.withOutcome());
    }

    private static Earned plus(Earned one, Earned other) {
        return new Earned(
                one.control() + other.control(),
                one.treatment() + other.treatment(),
                one.difference() + other.difference());
    }

    /** The mean difference per block, over the blocks that are tested; NaN without any. */
    double estimate() {
        return bets.blocks().stream()
                .filter(block -> block.scale() > 0)
                .mapToDouble(ClippedBet.Observation::difference)
                .average()
                .orElse(Double.NaN);
    }

    /** Whether the figures can be what the blocks of a plan add up to. Those that cannot decide nothing. */
    static boolean sound(OutcomeBlock block) {
        return part(block.agreeing())
                && part(block.disagreeing())
                && finite(block.clipped())
                && finite(block.raw())
                && block.wins() >= 0
                && block.losses() >= 0
                && block.wins() + block.losses() <= block.disagreeing().withOutcome()
                && Double.isFinite(block.scale())
                && block.scale() >= 0;
    }

    private static boolean part(Coverage coverage) {
        return EvidenceSanity.part(coverage.withOutcome(), coverage.decisions());
    }

    private static boolean finite(Earned earned) {
        return Double.isFinite(earned.control())
                && Double.isFinite(earned.treatment())
                && Double.isFinite(earned.difference());
    }
}
