package ai.ultrathink.understudy.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PairStretchesTest {

    @Test
    void stretches_are_merged_by_four_and_by_sixteen_and_what_is_left_over_counts_in_none() {
        // 0, 1, …, 34
        List<Long> agreeing = LongStream.range(0, 35).boxed().toList();

        List<Clustering> found = PairStretches.of(agreeing);

        double squares = agreeing.stream().mapToDouble(x -> x * x).sum();
        double fours = LongStream.range(0, 8)
                .mapToDouble(group -> Math.pow(16.0 * group + 6, 2))
                .sum();
        assertEquals(
                List.of(
                        clustering(Grouping.STRETCH_64, 35, 64, 595.0, squares),
                        clustering(Grouping.STRETCH_256, 8, 256, 496.0, fours),
                        clustering(Grouping.STRETCH_1024, 2, 1024, 496.0, 120 * 120 + 376 * 376)),
                found);
    }

    @Test
    void a_single_group_says_nothing() {
        assertEquals(
                List.of(Grouping.STRETCH_64, Grouping.STRETCH_256),
                PairStretches.of(LongStream.range(0, 31).boxed().toList()).stream()
                        .map(Clustering::grouping)
                        .toList());
        assertEquals(List.of(), PairStretches.of(List.of(64L)));
    }

    private static Clustering clustering(Grouping grouping, long groups, long size, double sum, double squares) {
        return new Clustering(
                Quantity.AGREEMENT,
                grouping,
                groups,
                groups * size,
                sum,
                sum,
                (double) groups * size * size,
                size * sum,
                squares);
    }
}
