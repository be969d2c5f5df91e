package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.evidence.OutcomeFold;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.stats.ClippedBet;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Moments;
import ai.ultrathink.understudy.stats.RunningBet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The closed blocks of the present versions, added up one after the other: the three bets, and the sums that are shown. It begins with the
 * first block or goes on from a {@link OutcomeFold}, and the result is the same.
 */
public final class RunningOutcomes {

    private final OutcomePlan plan;
    private final BlockNumbers numbers;
    private final RunningBet worse;
    private final RunningBet notWorse;
    private final RunningBet better;
    private final List<Integer> turns = new ArrayList<>();
    private final List<ClippedBet.Observation> seen = new ArrayList<>();

    private @Nullable Interval recorded;
    private long blocks;
    private long tested;
    private double differences;
    private double rawDifferences;
    private Coverage agreeing = Coverage.NONE;
    private Coverage disagreeing = Coverage.NONE;
    private Coverage control = Coverage.NONE;
    private Coverage treatment = Coverage.NONE;
    private Moments disagreement = Moments.NONE;
    private Moments arms = Moments.NONE;
    private Earned clipped = Earned.NONE;
    private Earned raw = Earned.NONE;
    private long wins;
    private long losses;

    /** Before the first block. */
    RunningOutcomes(OutcomePlan plan) {
        int streams = BlockNumbers.streams(plan);
        this.plan = plan;
        this.numbers = new BlockNumbers(plan, 0);
        this.worse = new RunningBet(ClippedBet.AGAINST, Hypothesis.AT_LEAST, plan.limit(), streams);
        this.notWorse = new RunningBet(ClippedBet.IN_FAVOUR, Hypothesis.AT_MOST, plan.limit(), streams);
        this.better = new RunningBet(ClippedBet.IN_FAVOUR, Hypothesis.AT_MOST, 0, streams);
    }

    private RunningOutcomes(OutcomePlan plan, OutcomeFold fold) {
        this.plan = plan;
        this.numbers = new BlockNumbers(plan, fold.lastScale());
        this.worse = new RunningBet(ClippedBet.AGAINST, Hypothesis.AT_LEAST, plan.limit(), fold.worse());
        this.notWorse = new RunningBet(ClippedBet.IN_FAVOUR, Hypothesis.AT_MOST, plan.limit(), fold.notWorse());
        this.better = new RunningBet(ClippedBet.IN_FAVOUR, Hypothesis.AT_MOST, 0, fold.better());
        this.blocks = fold.blocks();
        this.tested = fold.tested();
        this.differences = fold.differences();
        this.rawDifferences = fold.rawDifferences();
        this.agreeing = fold.agreeing();
        this.disagreeing = fold.disagreeing();
        this.control = fold.control();
        this.treatment = fold.treatment();
        this.disagreement = fold.disagreement();
        this.arms = fold.arms();
        this.clipped = fold.clipped();
        this.raw = fold.raw();
        this.wins = fold.wins();
        this.losses = fold.losses();
    }

    /**
     * All evidence.
     *
     * @param present the blocks of the present versions, all {@linkplain #sound}; parts of one block, in two generations, are added up
     */
    static RunningOutcomes of(OutcomePlan plan, OutcomeEvidence evidence, List<OutcomeBlock> present) {
        OutcomeFold fold = evidence.fold();
        RunningOutcomes all = fold == null ? new RunningOutcomes(plan) : new RunningOutcomes(plan, fold);
        all.recorded = fold == null ? null : evidence.interval() == null ? Interval.UNKNOWN : evidence.interval();
        Map<Instant, OutcomeBlock> byStart = new TreeMap<>();
        present.forEach(block -> byStart.merge(block.start(), block, OutcomeBlock::plus));
        byStart.values().forEach(all::add);
        return all;
    }

    /** The evidence of an evaluation; null without a plan, or if the blocks could not be read or have figures that are no numbers. */
    static @Nullable RunningOutcomes of(EvaluationInput input) {
        OutcomePlan plan = input.outcome();
        if (plan == null || input.outcomes().problem() != null) {
            return null;
        }
        List<OutcomeBlock> present = OutcomeCheck.present(input);
        return present.stream().allMatch(RunningOutcomes::sound) ? of(plan, input.outcomes(), present) : null;
    }

    /**
     * What is left when these blocks are folded, too.
     *
     * @param before what is left of those before, or null
     * @param blocks in their order, all {@linkplain #sound}
     * @param closing the number of the closing of the last one
     */
    public static OutcomeFold fold(
            OutcomePlan plan, @Nullable OutcomeFold before, List<OutcomeBlock> blocks, long closing) {
        RunningOutcomes all = before == null ? new RunningOutcomes(plan) : new RunningOutcomes(plan, before);
        blocks.forEach(all::add);
        return all.fold(closing);
    }

    private OutcomeFold fold(long closing) {
        return new OutcomeFold(
                closing,
                numbers.lastScale(),
                blocks,
                tested,
                differences,
                rawDifferences,
                agreeing,
                disagreeing,
                control,
                treatment,
                disagreement,
                arms,
                clipped,
                raw,
                wins,
                losses,
                worse.money(),
                notWorse.money(),
                better.money());
    }

    /** Adds the next block. */
    void add(OutcomeBlock block) {
        BlockNumbers.Turn turn = numbers.next(block);
        worse.next(turn.stream(), turn.number());
        notWorse.next(turn.stream(), turn.number());
        better.next(turn.stream(), turn.number());
        turns.add(turn.stream());
        seen.add(turn.number());
        blocks++;
        if (turn.tested()) {
            tested++;
            differences += turn.number().difference();
            rawDifferences += BlockNumbers.perDecision(block.raw().difference(), block);
        }
        agreeing = agreeing.plus(block.agreeing());
        disagreeing = disagreeing.plus(block.disagreeing());
        control = control.plus(block.control());
        treatment = treatment.plus(block.treatment());
        disagreement = with(disagreement, block.disagreeing(), block.agreeing());
        arms = with(arms, block.treatment(), block.control());
        clipped = clipped.plus(block.clipped());
        raw = raw.plus(block.raw());
        wins += block.wins();
        losses += block.losses();
    }

    private static Moments with(Moments differences, Coverage one, Coverage other) {
        return one.decisions() > 0 && other.decisions() > 0
                ? differences.with(one.fraction() - other.fraction())
                : differences;
    }

    long blocks() {
        return blocks;
    }

    /** Blocks that are bet on. */
    long tested() {
        return tested;
    }

    /** Decisions with an outcome. */
    long decisions() {
        return agreeing.withOutcome() + disagreeing.withOutcome();
    }

    RunningBet worse() {
        return worse;
    }

    RunningBet notWorse() {
        return notWorse;
    }

    RunningBet better() {
        return better;
    }

    EValue evidence() {
        return worse.greatest();
    }

    Earned clipped() {
        return clipped;
    }

    Earned raw() {
        return raw;
    }

    long wins() {
        return wins;
    }

    long losses() {
        return losses;
    }

    OutcomeCoverage coverage() {
        return OutcomeCoverage.of(agreeing, disagreeing, control, treatment, disagreement, arms);
    }

    /** The mean difference per block, over the blocks that are tested; NaN without any. */
    double estimate() {
        return tested == 0 ? Double.NaN : differences / tested;
    }

    /** The same with the values as they came. */
    double rawEstimate() {
        return tested == 0 ? Double.NaN : rawDifferences / tested;
    }

    /** The mean differences that neither bet has ever rejected. */
    Interval interval() {
        return recorded != null
                ? recorded
                : ClippedBet.interval(
                        ClippedBet.IN_FAVOUR,
                        ClippedBet.AGAINST,
                        new ClippedBet.Series(BlockNumbers.streams(plan), turns, seen),
                        plan.alpha());
    }

    /** Whether the figures can be what the blocks of a plan add up to. Those that cannot decide nothing. */
    public static boolean sound(OutcomeBlock block) {
        return part(block.agreeing())
                && part(block.disagreeing())
                && part(block.control())
                && part(block.treatment())
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
