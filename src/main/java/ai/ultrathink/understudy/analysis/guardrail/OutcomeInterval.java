package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.stats.ClippedBet;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanGrid;

/** The interval of the mean difference over blocks that are not kept. Each block is added once, in order. Not for several threads. */
public final class OutcomeInterval {

    private final BlockNumbers numbers;
    private final MeanGrid grid;

    public OutcomeInterval(OutcomePlan plan) {
        this.numbers = new BlockNumbers(plan, 0);
        this.grid = new MeanGrid(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, streams(plan), plan.alpha());
    }

    /** The number of series of bets that a plan needs, which is what it costs. */
    public static int streams(OutcomePlan plan) {
        return BlockNumbers.streams(plan);
    }

    public void add(OutcomeBlock block) {
        BlockNumbers.Turn turn = numbers.next(block);
        grid.next(turn.stream(), turn.number());
    }

    public Interval interval() {
        return grid.interval();
    }
}
