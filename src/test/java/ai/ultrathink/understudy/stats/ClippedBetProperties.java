package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.stats.ClippedBet.Observation;
import ai.ultrathink.understudy.stats.ClippedBet.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

class ClippedBetProperties {

    private static final double MEAN = -0.0005;

    /** Each path of a two-valued game with the mean of the hypothesis, weighted by its probability: on average the money never grows. */
    @Property(tries = 200)
    void on_average_a_fair_game_gains_nothing(
            @ForAll("bets") ClippedBet bet,
            @ForAll("sided") Hypothesis hypothesis,
            @ForAll @DoubleRange(min = 0.05, max = 0.95) double chance,
            @ForAll @DoubleRange(min = 0.01, max = 3) double up,
            @ForAll @IntRange(min = 1, max = 8) int blocks,
            @ForAll @IntRange(min = 1, max = 3) int streams) {
        // at the mean: chance × up − (1 − chance) × down = 0, within the caps on both sides
        double down = up * chance / (1 - chance);
        double fit = Math.min(1, Math.min(bet.lossCap(), bet.gainCap()) / Math.max(up, down));
        double expected = 0;
        for (int path = 0; path < 1 << blocks; path++) {
            double probability = 1;
            List<Observation> seen = new ArrayList<>();
            for (int block = 0; block < blocks; block++) {
                boolean won = (path >> block & 1) == 1;
                double scale = 0.01 * (1 + block % 3);
                probability *= won ? chance : 1 - chance;
                seen.add(new Observation(MEAN + scale * fit * (won ? up : -down), scale));
            }
            expected += probability
                    * Math.exp(SeriesBets.eValue(bet, hypothesis, MEAN, inTurn(streams, seen))
                            .log());
        }

        assertEquals(1, expected, 1e-9);
    }

    /** The probability that the money is ever at 1/α, exactly, over all paths: Ville's inequality. */
    @Property(tries = 100)
    void a_fair_game_is_seldom_rejected(
            @ForAll("bets") ClippedBet bet,
            @ForAll("sided") Hypothesis hypothesis,
            @ForAll @DoubleRange(min = 0.05, max = 0.95) double chance,
            @ForAll @DoubleRange(min = 0.3, max = 0.9) double alpha) {
        double rejected = 0;
        double up = Math.min(3, 3 * (1 - chance) / chance);
        double down = up * chance / (1 - chance);
        for (int path = 0; path < 1 << 10; path++) {
            double probability = 1;
            List<Observation> seen = new ArrayList<>();
            for (int block = 0; block < 10; block++) {
                boolean won = (path >> block & 1) == 1;
                probability *= won ? chance : 1 - chance;
                seen.add(new Observation(won ? up : -down, 1));
            }
            rejected += SeriesBets.greatest(bet, hypothesis, 0, SeriesBets.series(seen))
                            .rejects(alpha)
                    ? probability
                    : 0;
        }

        assertTrue(rejected <= alpha, () -> "rejected " + alpha);
    }

    @Property
    void evidence_falls_as_the_hypothesis_moves_towards_the_numbers(
            @ForAll("bets") ClippedBet bet,
            @ForAll("blocks") List<Observation> blocks,
            @ForAll @DoubleRange(min = -0.1, max = 0.1) @Scale(4) double one,
            @ForAll @DoubleRange(min = -0.1, max = 0.1) @Scale(4) double other) {
        Series seen = SeriesBets.series(blocks);
        double low = Math.min(one, other);
        double high = Math.max(one, other);

        assertTrue(SeriesBets.greatest(bet, Hypothesis.AT_MOST, low, seen).log()
                >= SeriesBets.greatest(bet, Hypothesis.AT_MOST, high, seen).log() - 1e-12);
        assertTrue(SeriesBets.greatest(bet, Hypothesis.AT_LEAST, low, seen).log()
                <= SeriesBets.greatest(bet, Hypothesis.AT_LEAST, high, seen).log() + 1e-12);
    }

    @Property
    void neither_the_unit_nor_the_origin_matters(
            @ForAll("bets") ClippedBet bet,
            @ForAll("blocks") List<Observation> blocks,
            @ForAll @IntRange(min = -40, max = 40) int power) {
        double unit = Math.scalb(1.0, power);
        List<Observation> other = blocks.stream()
                .map(block -> new Observation(block.difference() * unit, block.scale() * unit))
                .toList();
        List<Observation> mirrored = blocks.stream()
                .map(block -> new Observation(-block.difference(), block.scale()))
                .toList();

        double log = SeriesBets.eValue(bet, Hypothesis.AT_MOST, MEAN, SeriesBets.series(blocks))
                .log();

        assertEquals(
                log,
                SeriesBets.eValue(bet, Hypothesis.AT_MOST, MEAN * unit, SeriesBets.series(other))
                        .log());
        assertEquals(
                log,
                SeriesBets.eValue(bet, Hypothesis.AT_LEAST, -MEAN, SeriesBets.series(mirrored))
                        .log());
    }

    /** The log of the mean of products, added up in logarithms. */
    @Property
    void it_is_the_mean_of_the_products(@ForAll("bets") ClippedBet bet, @ForAll("blocks") List<Observation> blocks) {
        double[] logs = DoubleStream.of(bet.stakes())
                .map(stake -> blocks.stream()
                        .mapToDouble(block -> Math.log1p(stake * bet.returned(Hypothesis.AT_MOST, MEAN, block)))
                        .sum())
                .toArray();

        assertEquals(
                EValue.mean(logs).log(),
                SeriesBets.eValue(bet, Hypothesis.AT_MOST, MEAN, SeriesBets.series(blocks))
                        .log(),
                1e-9);
    }

    @Property
    void the_interval_has_what_neither_bet_has_rejected(@ForAll("blocks") List<Observation> blocks) {
        Series seen = SeriesBets.series(blocks);
        double alpha = 0.2;

        Interval interval = ClippedBet.interval(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, seen, alpha);

        if (Double.isFinite(interval.low())) {
            double beyond = interval.low() - 1e-9;
            double within = interval.low() + 1e-9;
            assertTrue(SeriesBets.greatest(ClippedBet.IN_FAVOUR, Hypothesis.AT_MOST, beyond, seen)
                    .rejects(alpha / 2));
            assertFalse(SeriesBets.greatest(ClippedBet.IN_FAVOUR, Hypothesis.AT_MOST, within, seen)
                    .rejects(alpha / 2));
        }
        if (Double.isFinite(interval.high())) {
            double beyond = interval.high() + 1e-9;
            double within = interval.high() - 1e-9;
            assertTrue(SeriesBets.greatest(ClippedBet.AGAINST, Hypothesis.AT_LEAST, beyond, seen)
                    .rejects(alpha / 2));
            assertFalse(SeriesBets.greatest(ClippedBet.AGAINST, Hypothesis.AT_LEAST, within, seen)
                    .rejects(alpha / 2));
        }
    }

    @Property
    void the_grid_has_all_of_the_interval_and_at_most_a_step_more(
            @ForAll("blocks") List<Observation> blocks, @ForAll @IntRange(min = 1, max = 3) int streams) {
        Series seen = inTurn(streams, blocks);
        double alpha = 0.2;
        MeanGrid grid = new MeanGrid(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, streams, alpha);
        IntStream.range(0, blocks.size())
                .forEach(place -> grid.next(seen.turns().get(place), blocks.get(place)));

        Interval exact = ClippedBet.interval(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, seen, alpha);
        Interval shown = grid.interval();

        assertTrue(shown.low() <= exact.low() + 1e-9 && shown.high() >= exact.high() - 1e-9, () -> shown + " " + exact);
        double unit = blocks.stream()
                .mapToDouble(Observation::scale)
                .filter(scale -> scale > 0)
                .findFirst()
                .orElse(0);
        for (double[] ends : new double[][] {{exact.low(), shown.low()}, {exact.high(), shown.high()}}) {
            if (Math.abs(ends[0]) <= 15 * unit) {
                double step = 0.15 * Math.abs(ends[0]) + 0.004 * unit;
                assertTrue(Math.abs(ends[0] - ends[1]) <= 1.2 * step + 1e-9, () -> shown + " " + exact);
            }
        }
    }

    /** 400 blocks leave nothing of the greatest stakes. */
    @Example
    void the_grid_is_not_too_narrow_where_money_is_too_small_for_a_number() {
        List<Observation> blocks = new ArrayList<>();
        IntStream.range(0, 400).forEach(block -> blocks.add(new Observation(100, 1)));
        IntStream.range(0, 3_000).forEach(block -> blocks.add(new Observation(-1, 1)));
        MeanGrid grid = new MeanGrid(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, 1, 0.2);
        RunningBet exact = new RunningBet(ClippedBet.AGAINST, Hypothesis.AT_LEAST, 2, 1);
        for (int place = 0; place < blocks.size(); place++) {
            grid.next(0, blocks.get(place));
            exact.next(0, blocks.get(place));
            assertTrue(
                    grid.interval().high() > 2 || exact.greatest().rejects(0.1),
                    "a mean that the bet has not rejected is in the interval");
        }
    }

    @Property
    void a_bet_that_was_put_away_goes_on_as_if_it_had_not_been(
            @ForAll("bets") ClippedBet bet,
            @ForAll("blocks") List<Observation> blocks,
            @ForAll @IntRange(min = 1, max = 3) int streams) {
        Series seen = inTurn(streams, blocks);
        RunningBet without = new RunningBet(bet, Hypothesis.AT_LEAST, MEAN, streams);
        RunningBet with = new RunningBet(bet, Hypothesis.AT_LEAST, MEAN, streams);
        for (int place = 0; place < blocks.size(); place++) {
            without.next(seen.turns().get(place), blocks.get(place));
            with.next(seen.turns().get(place), blocks.get(place));
            with = new RunningBet(bet, Hypothesis.AT_LEAST, MEAN, with.money());
        }

        assertEquals(without.now().log(), with.now().log(), 1e-9);
        assertEquals(without.greatest().log(), with.greatest().log(), 1e-9);
        assertEquals(
                SeriesBets.greatest(bet, Hypothesis.AT_LEAST, MEAN, seen).log(),
                with.greatest().log(),
                1e-9);
    }

    @Property
    void streams_are_bets_of_their_own_whose_mean_counts(
            @ForAll("bets") ClippedBet bet,
            @ForAll("blocks") List<Observation> blocks,
            @ForAll @IntRange(min = 2, max = 5) int streams) {
        double[] logs = IntStream.range(0, streams)
                .mapToDouble(stream -> SeriesBets.eValue(
                                bet,
                                Hypothesis.AT_LEAST,
                                MEAN,
                                SeriesBets.series(IntStream.range(0, blocks.size())
                                        .filter(place -> place % streams == stream)
                                        .mapToObj(blocks::get)
                                        .toList()))
                        .log())
                .toArray();

        assertEquals(
                EValue.mean(logs).log(),
                SeriesBets.eValue(bet, Hypothesis.AT_LEAST, MEAN, inTurn(streams, blocks))
                        .log(),
                1e-9);
    }

    @Property
    void evidence_that_was_reached_stays(@ForAll("bets") ClippedBet bet, @ForAll("blocks") List<Observation> blocks) {
        EValue before = SeriesBets.greatest(bet, Hypothesis.AT_MOST, MEAN, SeriesBets.series(blocks));
        List<Observation> more = new ArrayList<>(blocks);
        more.add(new Observation(-1, 0.01));

        assertTrue(blocks.isEmpty()
                || SeriesBets.greatest(bet, Hypothesis.AT_MOST, MEAN, SeriesBets.series(more))
                                .log()
                        >= before.log());
    }

    @Example
    void large_numbers_lose_no_digits_and_overflow_nowhere() {
        Series gaining = SeriesBets.series(IntStream.range(0, 100_000)
                .mapToObj(block -> new Observation(1, 1e-300))
                .toList());
        double growth = Math.log1p(0.95);

        assertEquals(
                100_000 * growth - Math.log(20),
                SeriesBets.eValue(ClippedBet.AGAINST, Hypothesis.AT_MOST, 0, gaining)
                        .log(),
                1e-6);
        assertTrue(Double.isFinite(SeriesBets.eValue(ClippedBet.AGAINST, Hypothesis.AT_LEAST, 0, gaining)
                .log()));
        assertEquals(
                3,
                ClippedBet.AGAINST.returned(
                        Hypothesis.AT_MOST, -Double.MAX_VALUE, new Observation(Double.MAX_VALUE, Double.MIN_VALUE)));
    }

    /** A stake that was lost almost whole can still win: the money is not rounded to nothing. */
    @Example
    void what_was_nearly_lost_is_kept() {
        List<Observation> blocks = new ArrayList<>();
        IntStream.range(0, 500).forEach(block -> blocks.add(new Observation(-3, 1)));
        IntStream.range(0, 5_000).forEach(block -> blocks.add(new Observation(3, 1)));
        double[] logs = DoubleStream.of(ClippedBet.AGAINST.stakes())
                .map(stake -> 500 * Math.log1p(-3 * stake) + 5_000 * Math.log1p(3 * stake))
                .toArray();

        assertEquals(
                EValue.mean(logs).log(),
                SeriesBets.eValue(ClippedBet.AGAINST, Hypothesis.AT_MOST, 0, SeriesBets.series(blocks))
                        .log(),
                1e-7);
    }

    @Example
    void without_tested_blocks_nothing_is_known() {
        Series skipped = SeriesBets.series(List.of(new Observation(0.2, 0), new Observation(-0.1, 0)));

        assertEquals(EValue.NONE, SeriesBets.greatest(ClippedBet.AGAINST, Hypothesis.AT_MOST, 0, skipped));
        assertEquals(
                EValue.NONE,
                SeriesBets.greatest(ClippedBet.AGAINST, Hypothesis.AT_MOST, 0, SeriesBets.series(List.of())));
        assertEquals(Interval.UNKNOWN, ClippedBet.interval(ClippedBet.IN_FAVOUR, ClippedBet.AGAINST, skipped, 0.05));
    }

    @Example
    void figures_that_are_no_numbers_are_refused() {
        for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Observation(wrong, 1));
            assertThrows(IllegalArgumentException.class, () -> new Observation(1, wrong));
            assertThrows(IllegalArgumentException.class, () -> new ClippedBet(wrong, 3));
        }
        assertThrows(IllegalArgumentException.class, () -> new Observation(1, -1e-9));
        assertThrows(
                IllegalArgumentException.class,
                () -> SeriesBets.eValue(
                        ClippedBet.AGAINST, Hypothesis.EQUAL, 0, SeriesBets.series(List.of(new Observation(1, 1)))));
        assertThrows(IllegalArgumentException.class, () -> new Series(2, List.of(2), List.of(new Observation(1, 1))));
    }

    private static Series inTurn(int streams, List<Observation> blocks) {
        return new Series(
                streams,
                IntStream.range(0, blocks.size())
                        .mapToObj(place -> place % streams)
                        .toList(),
                blocks);
    }

    @Provide
    Arbitrary<ClippedBet> bets() {
        return Arbitraries.of(ClippedBet.AGAINST, ClippedBet.IN_FAVOUR);
    }

    @Provide
    Arbitrary<Hypothesis> sided() {
        return Arbitraries.of(Hypothesis.AT_LEAST, Hypothesis.AT_MOST);
    }

    @Provide
    Arbitrary<List<Observation>> blocks() {
        Arbitrary<Double> scales = Arbitraries.oneOf(
                Arbitraries.just(0.0),
                Arbitraries.doubles().between(0.001, 0.05).ofScale(4));
        return Combinators.combine(Arbitraries.doubles().between(-0.2, 0.2).ofScale(5), scales)
                .as(Observation::new)
                .list()
                .ofMaxSize(60);
    }
}
