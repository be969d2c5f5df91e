package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.stats.ClippedBet.Observation;
import ai.ultrathink.understudy.stats.ClippedBet.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OutcomeFiguresProperties {

    private static final double TO_SIGMA = 1.2533;

    /** ρ = 0.5: between the root of the sum of squares and the sum. */
    @Property
    void the_scale_is_that_of_symbols_that_move_together_by_half(
            @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = -1, max = 1) Double> deltas,
            @ForAll @DoubleRange(min = 0, max = 0.1) double spread) {
        double squares = 0;
        double sum = 0;
        for (double delta : deltas) {
            squares += Math.pow(delta * TO_SIGMA * spread, 2);
            sum += delta * TO_SIGMA * spread;
        }
        List<OutcomeScale.Exposure> exposures = deltas.stream()
                .map(delta -> new OutcomeScale.Exposure(delta, spread))
                .toList();

        double scale = OutcomeScale.of(exposures);

        assertEquals((squares + sum * sum) / 2, scale * scale, 1e-12 * Math.max(1e-9, squares + sum * sum));
        assertEquals(scale, OutcomeScale.of(exposures.reversed()), 1e-12 * Math.max(1e-9, scale));
    }

    @Example
    void one_symbol_alone_has_its_own_spread() {
        assertEquals(0.2 * TO_SIGMA * 0.01, OutcomeScale.of(List.of(new OutcomeScale.Exposure(-0.2, 0.01))), 1e-15);
    }

    @Example
    void a_symbol_without_a_past_has_the_mean_spread_of_the_others() {
        double known = OutcomeScale.of(List.of(
                new OutcomeScale.Exposure(0.1, 0.01),
                new OutcomeScale.Exposure(0.1, 0.03),
                new OutcomeScale.Exposure(-0.1, 0.02)));

        double unknown = OutcomeScale.of(List.of(
                new OutcomeScale.Exposure(0.1, 0.01),
                new OutcomeScale.Exposure(0.1, 0.03),
                new OutcomeScale.Exposure(-0.1, Double.NaN)));

        assertEquals(known, unknown, 1e-15);
        assertEquals(0, OutcomeScale.of(List.of(new OutcomeScale.Exposure(0.1, Double.NaN))));
        assertEquals(0, OutcomeScale.of(List.of()));
    }

    /** After many blocks at one spread the average is there, from any other. */
    @Property
    void the_average_follows_the_blocks(
            @ForAll @DoubleRange(min = 0, max = 1) double before, @ForAll @DoubleRange(min = 0, max = 1) double now) {
        double average = OutcomeScale.average(Double.NaN, before);
        assertEquals(before, average);
        for (int block = 0; block < 200; block++) {
            double next = OutcomeScale.average(average, now);
            assertTrue(Math.abs(next - now) <= Math.abs(average - now) + 1e-15);
            average = next;
        }

        assertEquals(now, average, Math.abs(now - before) * Math.pow(0.94, 200) + 1e-12);
    }

    @Example
    void figures_that_are_no_numbers_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new OutcomeScale.Exposure(Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new OutcomeScale.Exposure(1, Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> OutcomeScale.average(1, Double.NaN));
    }

    /** Blocks that repeat exactly: the estimate of how many more is right, up to the stakes that share the money. */
    @Property(tries = 100)
    void the_blocks_to_go_are_those_that_it_takes(
            @ForAll @DoubleRange(min = 0.1, max = 0.6) double mean, @ForAll @IntRange(min = 1, max = 3) int streams) {
        List<Observation> pattern = List.of(new Observation(mean + 1, 1), new Observation(mean - 1, 1));
        Series start = repeated(pattern, 12, streams);

        OptionalLong more = toGo(ClippedBet.AGAINST, start);

        assertTrue(more.isPresent());
        long all = 12 + more.getAsLong();
        assertTrue(reached(repeated(pattern, (int) all + 2 * streams, streams)), () -> "not after " + all);
        assertTrue(
                more.getAsLong() == 0 || !reached(repeated(pattern, (int) (all / 3), streams)),
                () -> "long before " + all);
    }

    @Example
    void what_does_not_grow_and_what_is_hardly_seen_has_no_number_of_blocks() {
        SplittableRandom random = new SplittableRandom(7);
        List<Observation> flat = new ArrayList<>();
        IntStream.range(0, 100).forEach(block -> flat.add(new Observation(random.nextBoolean() ? 1 : -1.2, 1)));

        assertEquals(OptionalLong.empty(), toGo(ClippedBet.IN_FAVOUR, SeriesBets.series(flat)));
        assertEquals(OptionalLong.empty(), toGo(ClippedBet.AGAINST, SeriesBets.series(List.of(new Observation(1, 1)))));
    }

    private static OptionalLong toGo(ClippedBet bet, Series seen) {
        long tested = seen.blocks().stream().filter(block -> block.scale() > 0).count();
        return BlocksToGo.of(
                SeriesBets.after(bet, Hypothesis.AT_MOST, 0, seen),
                seen.blocks().size(),
                tested,
                0.05);
    }

    private static boolean reached(Series seen) {
        return SeriesBets.greatest(ClippedBet.AGAINST, Hypothesis.AT_MOST, 0, seen)
                .rejects(0.05);
    }

    private static Series repeated(List<Observation> pattern, int blocks, int streams) {
        return new Series(
                streams,
                IntStream.range(0, blocks).mapToObj(place -> place % streams).toList(),
                IntStream.range(0, blocks)
                        .mapToObj(place -> pattern.get(place / streams % pattern.size()))
                        .toList());
    }
}
