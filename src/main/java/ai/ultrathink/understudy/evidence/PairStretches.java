package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import java.util.List;

/**
 * How agreement varies between stretches of the newest pairs. The ledger knows runs of 16 requests and minutes. While there are few minutes, it
 * cannot tell whether dependence that is seen within runs ends after some dozens of pairs or lasts, however many pairs a minute has. Then the
 * newest rows say so.
 */
public final class PairStretches {

    /** The rows that are read at most. */
    public static final int NEWEST = 32_768;

    /** Pairs of the shortest stretch. */
    public static final int SHORTEST = 64;

    /** Minutes with pairs from which the minutes themselves are compared, also merged by two. */
    private static final int ENOUGH_MINUTES = 40;

    /** Shortest stretches from which they can be compared. */
    private static final int FEWEST = 20;

    /** Of so many of the shortest stretches. */
    private record Scale(Grouping grouping, int merged) {}

    private static final List<Scale> SCALES = List.of(
            new Scale(Grouping.STRETCH_64, 1),
            new Scale(Grouping.STRETCH_256, 256 / SHORTEST),
            new Scale(Grouping.STRETCH_1024, 1024 / SHORTEST));

    private PairStretches() {}

    /** Whether the newest pairs of a generation say more than its minutes. */
    public static boolean sayMore(GenerationEvidence generation) {
        long minutes =
                generation.blocks().stream().filter(block -> block.pairs() > 0).count();
        return minutes > 0 && minutes < ENOUGH_MINUTES && generation.pairs().count() >= (long) FEWEST * SHORTEST;
    }

    /**
     * How agreement varies between stretches of 64, 256 and 1,024 pairs.
     *
     * @param agreeing agreeing pairs of each complete stretch of {@link #SHORTEST}, in the order of time or against it
     */
    public static List<Clustering> of(List<Long> agreeing) {
        return SCALES.stream()
                .filter(scale -> agreeing.size() / scale.merged > 1)
                .map(scale -> of(scale, agreeing))
                .toList();
    }

    private static Clustering of(Scale scale, List<Long> agreeing) {
        long groups = agreeing.size() / scale.merged;
        long size = (long) scale.merged * SHORTEST;
        double sum = 0;
        double squares = 0;
        for (int group = 0; group < groups; group++) {
            double ones = agreeing.subList(group * scale.merged, (group + 1) * scale.merged).stream()
                    .mapToLong(Long::longValue)
                    .sum();
            sum += ones;
            squares += ones * ones;
        }
        double sizes = (double) groups * size * size;
        return new Clustering(
                Quantity.AGREEMENT, scale.grouping, groups, groups * size, sum, sum, sizes, size * sum, squares);
    }
}
