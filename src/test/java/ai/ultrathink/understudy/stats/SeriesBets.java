package ai.ultrathink.understudy.stats;

import ai.ultrathink.understudy.stats.ClippedBet.Observation;
import ai.ultrathink.understudy.stats.ClippedBet.Series;
import java.util.List;

/** Bets on all blocks of a series. */
final class SeriesBets {

    private SeriesBets() {}

    /** Blocks in one stream. */
    static Series series(List<Observation> blocks) {
        return new Series(1, blocks.stream().map(block -> 0).toList(), blocks);
    }

    /** The evidence against "the mean is (at least, at most) this", after all blocks. */
    static EValue eValue(ClippedBet bet, Hypothesis hypothesis, double mean, Series seen) {
        return after(bet, hypothesis, mean, seen).now();
    }

    /** The greatest evidence after any block. */
    static EValue greatest(ClippedBet bet, Hypothesis hypothesis, double mean, Series seen) {
        return after(bet, hypothesis, mean, seen).greatest();
    }

    /** The bet after all blocks. */
    static RunningBet after(ClippedBet bet, Hypothesis hypothesis, double mean, Series seen) {
        RunningBet run = new RunningBet(bet, hypothesis, mean, seen.streams());
        for (int place = 0; place < seen.blocks().size(); place++) {
            run.next(seen.turns().get(place), seen.blocks().get(place));
        }
        return run;
    }
}
