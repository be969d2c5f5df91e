package ai.ultrathink.understudy.stats;

import java.util.List;

/**
 * Anytime-valid test of the mean of numbers whose spread is forecast, with clipped bets: for fat tails, and for numbers that are
 * few. Each number is one block of time, so that anything within a block may depend on anything else in it.
 *
 * <pre>Y = sign × (difference − mean) / scale, clipped to [−lossCap, +gainCap]     (sign: +1 against "at most", −1 against "at least")
 * E = mean over the stakes λ of ∏ (1 + λ Y)</pre>
 *
 * <p>The stakes are 20, in geometric steps from 0.0005 to 0.95 / lossCap, so that no factor is below 0.05. Under the hypothesis
 * each Y has a mean of at most 0 given the past, as long as what is beyond the caps is worth no more on the side of the gains than
 * on that of the losses. Then each product is a supermartingale, and E ever reaches 1/α with a probability of at most α
 * (Ville's inequality; Waudby-Smith and Ramdas 2024, arXiv 2010.09686, on bets about means).
 *
 * <p><b>The caps</b> are what the test does not see. A gain is cut early, which costs power and nothing else. A loss that is cut
 * early makes a treatment look good that earns a little mostly and loses much rarely; so the bets that speak for a treatment cut
 * losses at 20 scales only ({@link #IN_FAVOUR}), and the bet that speaks against it cuts both at 3 ({@link #AGAINST}).
 *
 * <p><b>Streams.</b> Where a number is known only after later blocks have begun, the blocks take turns in h streams, each with a bet
 * of its own, and E is the mean of the h values. The next block of a stream begins when the one before it is known.
 *
 * @param lossCap above 0: where the bettor's losses are cut, in scales
 * @param gainCap above 0: where the bettor's gains are cut, in scales
 */
public record ClippedBet(double lossCap, double gainCap) {

    /** The bet that a treatment earns less than a limit: to act on it soon, tails are cut on both sides. */
    public static final ClippedBet AGAINST = new ClippedBet(3, 3);

    /** The bet that a treatment earns more than a limit: rare large losses are seen up to 20 times the expected spread. */
    public static final ClippedBet IN_FAVOUR = new ClippedBet(20, 3);

    /** The number of stakes. */
    static final int STAKES = 20;

    private static final double LEAST_STAKE = 0.0005;
    private static final double MOST_LOST = 0.95;

    /** Steps of the search for an end of an interval: to 2^−60 of the range of the numbers. */
    private static final int STEPS = 60;

    /**
     * One block.
     *
     * @param difference the number, finite
     * @param scale its expected spread, in the same unit, known before it: 0 or more, finite. A block with 0 is not tested
     */
    public record Observation(double difference, double scale) {

        public Observation {
            Arguments.finite("difference", difference);
            Arguments.notNegative("scale", scale);
        }
    }

    /**
     * Blocks in their order, which take turns in streams.
     *
     * @param streams h, 1 or more
     * @param turns the stream of each block, 0 to h − 1
     * @param blocks as many
     */
    public record Series(int streams, List<Integer> turns, List<Observation> blocks) {

        public Series {
            turns = List.copyOf(turns);
            blocks = List.copyOf(blocks);
            int most = streams;
            if (streams < 1
                    || turns.size() != blocks.size()
                    || turns.stream().anyMatch(turn -> turn < 0 || turn >= most)) {
                throw new IllegalArgumentException("series: got " + blocks.size() + " blocks with turns " + turns
                        + " of " + streams + "; allowed: a turn of 0 to " + (streams - 1) + " for each block");
            }
        }
    }

    public ClippedBet {
        Arguments.positive("lossCap", lossCap);
        Arguments.positive("gainCap", gainCap);
    }

    /** The stakes, from the least to the greatest. */
    double[] stakes() {
        double greatest = MOST_LOST / lossCap;
        double[] stakes = new double[STAKES];
        for (int place = 0; place < STAKES; place++) {
            stakes[place] = LEAST_STAKE * Math.pow(greatest / LEAST_STAKE, (double) place / (STAKES - 1));
        }
        return stakes;
    }

    /** Y: the bettor's return on a stake of 1, clipped. A block without a scale returns nothing. */
    double returned(Hypothesis hypothesis, double mean, Observation block) {
        if (block.scale() == 0) {
            return 0;
        }
        double above = (block.difference() - mean) / block.scale();
        double gain = switch (hypothesis) {
            case AT_MOST -> above;
            case AT_LEAST -> -above;
            case EQUAL -> throw new IllegalArgumentException("hypothesis: got EQUAL; allowed: AT_LEAST, AT_MOST");
        };
        return Math.clamp(gain, -lossCap, gainCap);
    }

    /** Whether the evidence has ever reached 1/α. */
    private boolean everRejected(Hypothesis hypothesis, double mean, Series seen, double alpha) {
        RunningBet run = new RunningBet(this, hypothesis, mean, seen.streams());
        for (int place = 0; place < seen.blocks().size(); place++) {
            run.next(seen.turns().get(place), seen.blocks().get(place));
            if (run.now().rejects(alpha)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The means that neither bet has ever rejected, at half of α each.
     *
     * @param below the bet against smaller means
     * @param above the bet against greater means
     * @param alpha above 0, below 1
     */
    public static Interval interval(ClippedBet below, ClippedBet above, Series seen, double alpha) {
        double half = Arguments.probability("alpha", alpha) / 2;
        List<Observation> tested =
                seen.blocks().stream().filter(block -> block.scale() > 0).toList();
        if (tested.isEmpty()) {
            return Interval.UNKNOWN;
        }
        double least =
                tested.stream().mapToDouble(Observation::difference).min().getAsDouble();
        double most = tested.stream().mapToDouble(Observation::difference).max().getAsDouble();
        double far = tested.stream().mapToDouble(Observation::scale).max().getAsDouble();
        double low = below.end(
                Hypothesis.AT_MOST,
                least - below.gainCap * far,
                Math.nextUp(most),
                seen,
                half,
                Double.NEGATIVE_INFINITY);
        double high = above.end(
                Hypothesis.AT_LEAST,
                most + above.gainCap * far,
                Math.nextDown(least),
                seen,
                half,
                Double.POSITIVE_INFINITY);
        // both bets can have rejected everything, where the mean has changed: then nothing is known
        return low <= high ? new Interval(low, high) : Interval.UNKNOWN;
    }

    /**
     * The last mean that is rejected.
     *
     * @param beyond a mean at which each block gains the most: if this is not rejected, none is
     * @param within a mean at which no block gains
     */
    private double end(Hypothesis hypothesis, double beyond, double within, Series seen, double alpha, double open) {
        if (!Double.isFinite(beyond) || !everRejected(hypothesis, beyond, seen, alpha)) {
            return open;
        }
        double rejected = beyond;
        double kept = within;
        for (int step = 0; step < STEPS; step++) {
            double middle = rejected + (kept - rejected) / 2;
            if (everRejected(hypothesis, middle, seen, alpha)) {
                rejected = middle;
            } else {
                kept = middle;
            }
        }
        return rejected;
    }
}
