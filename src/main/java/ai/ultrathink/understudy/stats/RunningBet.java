package ai.ultrathink.understudy.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ClippedBet} against one hypothesis on its way: what is left of the blocks so far is the money of each stake. So a block is
 * needed once, and the bet can be put away as {@link Money} and go on from it later.
 */
public final class RunningBet {

    private final ClippedBet bet;
    private final Hypothesis hypothesis;
    private final double mean;
    private final Stakes[] streams;
    private final double[] logs;
    private double now;
    private double greatest = Double.NEGATIVE_INFINITY;

    /**
     * Before the first block.
     *
     * @param hypothesis {@code AT_LEAST} or {@code AT_MOST}
     * @param mean what it is about
     * @param streams the number of streams in which the blocks take turns, 1 or more
     */
    public RunningBet(ClippedBet bet, Hypothesis hypothesis, double mean, int streams) {
        this.bet = bet;
        this.hypothesis = hypothesis;
        this.mean = mean;
        this.streams = new Stakes[streams];
        this.logs = new double[streams];
        double[] stakes = bet.stakes();
        for (int stream = 0; stream < streams; stream++) {
            this.streams[stream] = new Stakes(stakes);
        }
    }

    /** After the blocks that brought this money; it must be of the same bet, hypothesis and mean. */
    public RunningBet(ClippedBet bet, Hypothesis hypothesis, double mean, Money money) {
        this(bet, hypothesis, mean, money.logs().size());
        for (int stream = 0; stream < streams.length; stream++) {
            streams[stream].resume(
                    money.logs().get(stream).stream().mapToDouble(log -> log).toArray());
            logs[stream] = streams[stream].log();
        }
        now = combined();
        greatest = money.greatest() == null ? Double.NEGATIVE_INFINITY : money.greatest();
    }

    /** Bets on the next block. */
    public void next(int stream, ClippedBet.Observation block) {
        double returned = bet.returned(hypothesis, mean, block);
        if (returned != 0) {
            streams[stream].bet(returned);
            logs[stream] = streams[stream].log();
            now = combined();
        }
        greatest = Math.max(greatest, now);
    }

    private double combined() {
        return logs.length == 1 ? logs[0] : EValue.mean(logs).log();
    }

    /** The evidence after all blocks. */
    public EValue now() {
        return new EValue(now);
    }

    /** The greatest evidence after any block. Evidence that has once reached its threshold has rejected the hypothesis for good. */
    public EValue greatest() {
        return greatest == Double.NEGATIVE_INFINITY ? EValue.NONE : new EValue(greatest);
    }

    /** What the bet goes on from. */
    public Money money() {
        return new Money(
                Arrays.stream(streams)
                        .map(stream -> Arrays.stream(stream.logs()).boxed().toList())
                        .toList(),
                greatest == Double.NEGATIVE_INFINITY ? null : (Double) greatest);
    }

    /** The logarithm of what each stake would have made of 1, had it bet on the blocks of all streams. */
    double[] grown() {
        double[] grown = new double[ClippedBet.STAKES];
        for (Stakes stream : streams) {
            double[] each = stream.logs();
            for (int place = 0; place < grown.length; place++) {
                grown[place] += each[place];
            }
        }
        return grown;
    }

    int streams() {
        return streams.length;
    }

    /**
     * The money of a bet.
     *
     * @param logs of each stream the logarithm of what each stake, from the least to the greatest, has made of 1
     * @param greatest the logarithm of the greatest evidence so far, or null before the first block
     */
    public record Money(List<List<Double>> logs, @Nullable Double greatest) {

        public Money {
            List<List<Double>> copy = new ArrayList<>();
            for (List<Double> stream : logs) {
                if (stream.size() != ClippedBet.STAKES) {
                    throw new IllegalArgumentException(
                            "logs: got " + stream.size() + " stakes; allowed: " + ClippedBet.STAKES);
                }
                stream.forEach(log -> Arguments.finite("logs", log));
                copy.add(List.copyOf(stream));
            }
            if (copy.isEmpty()) {
                throw new IllegalArgumentException("logs: got no stream; allowed: 1 or more");
            }
            logs = List.copyOf(copy);
        }
    }
}
