package ai.ultrathink.understudy.stats;

import java.util.Arrays;

/**
 * The interval of {@link ClippedBet#interval} for blocks that are not kept: of means on a grid it is known which have been rejected. An
 * end is the last of these that was, so the interval is never too narrow. It is wider by up to one step of the grid, as long as its ends
 * lie within the grid. An end on the far side is the last mean of the grid, and where no mean of the grid is rejected the end is open.
 *
 * <p>The unit of the grid is the scale of the first tested block. It has 0, and on both sides of it steps of 15% from 0.004 to 15 units.
 * Means that have been rejected take neither time nor memory any more.
 *
 * <p>The money of a stake is a plain number, unlike that of a {@link RunningBet}. What falls below 5e-324 becomes 0 and is not won back. So
 * the evidence can only be smaller, and the interval wider, by more than a step if blocks turn after so great a loss.
 */
public final class MeanGrid {

    private static final double LEAST = 0.004;
    private static final double RATIO = 1.15;
    private static final int STEPS = 60;

    private final Side below;
    private final Side above;
    private double unit;

    /**
     * @param below the bet against smaller means
     * @param above the bet against greater means
     * @param streams the number of streams in which the blocks take turns
     * @param alpha above 0, below 1; each end has half of it
     */
    public MeanGrid(ClippedBet below, ClippedBet above, int streams, double alpha) {
        double threshold = 2 / Arguments.probability("alpha", alpha);
        this.below = new Side(below, Hypothesis.AT_MOST, streams, threshold);
        this.above = new Side(above, Hypothesis.AT_LEAST, streams, threshold);
    }

    /** Bets on the next block. */
    public void next(int stream, ClippedBet.Observation block) {
        if (block.scale() == 0) {
            return;
        }
        if (unit == 0) {
            unit = block.scale();
        }
        below.next(stream, block);
        above.next(stream, block);
    }

    /** The means that neither bet has ever rejected, and up to one step more at each end. */
    public Interval interval() {
        double low = below.end(Double.NEGATIVE_INFINITY);
        double high = above.end(Double.POSITIVE_INFINITY);
        return low <= high ? new Interval(low, high) : Interval.UNKNOWN;
    }

    /** One bet against each mean, in the order in which they are rejected: the farthest first. */
    private final class Side {

        private final ClippedBet bet;
        private final Hypothesis hypothesis;
        private final double[] stakes;
        private final double threshold;
        private final double[][][] money = new double[2 * STEPS + 1][][];
        private final double[][] sums;
        private int rejected;

        Side(ClippedBet bet, Hypothesis hypothesis, int streams, double threshold) {
            this.bet = bet;
            this.hypothesis = hypothesis;
            this.stakes = bet.stakes();
            this.threshold = threshold * stakes.length * streams;
            this.sums = new double[money.length][streams];
            for (int place = 0; place < money.length; place++) {
                money[place] = new double[streams][stakes.length];
                for (double[] stream : money[place]) {
                    Arrays.fill(stream, 1);
                }
                Arrays.fill(sums[place], stakes.length);
            }
        }

        private double mean(int place) {
            int steps = place - STEPS;
            double mean =
                    steps == 0 ? 0 : Math.signum(steps) * unit * LEAST * Math.pow(RATIO, (double) Math.abs(steps) - 1);
            return hypothesis == Hypothesis.AT_MOST ? mean : -mean;
        }

        void next(int stream, ClippedBet.Observation block) {
            int farthest = rejected;
            for (int place = rejected; place < money.length; place++) {
                double returned = bet.returned(hypothesis, mean(place), block);
                double[] held = money[place][stream];
                double sum = 0;
                for (int stake = 0; stake < held.length; stake++) {
                    held[stake] *= 1 + stakes[stake] * returned;
                    sum += held[stake];
                }
                sums[place][stream] = sum;
                if (Arrays.stream(sums[place]).sum() >= threshold) {
                    farthest = place + 1;
                }
            }
            for (; rejected < farthest; rejected++) {
                money[rejected] = new double[0][];
                sums[rejected] = new double[0];
            }
        }

        double end(double open) {
            return rejected == 0 ? open : mean(rejected - 1);
        }
    }
}
