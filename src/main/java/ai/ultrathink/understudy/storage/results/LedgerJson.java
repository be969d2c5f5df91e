package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.Variant;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Lists within a row of {@code ab_test_evidence_by_generation}, which PostgreSQL writes as JSON. */
final class LedgerJson {

    private LedgerJson() {}

    /** Counts by bucket: arrays of arm, whether of the pairs of a split, bucket and count. */
    static List<LatencyCount> latencies(JsonArray counts, boolean paired) {
        return IntStream.range(0, counts.size())
                .mapToObj(counts::getJsonArray)
                .filter(count -> count.getBoolean(1) == paired)
                .map(count -> new LatencyCount(
                        count.getString(0).equals(Variant.CONTROL.wireName()) ? Variant.CONTROL : Variant.TREATMENT,
                        count.getInteger(2),
                        count.getLong(3)))
                .toList();
    }

    static List<Block> blocks(JsonArray blocks) {
        return objects(
                blocks,
                block -> new Block(
                        Instant.ofEpochSecond(block.getLong("start")),
                        block.getLong("pair_count"),
                        block.getLong("agree_count"),
                        arm(block, "control_"),
                        arm(block, "treatment_"),
                        block.getLong("control_only_units"),
                        block.getLong("treatment_only_units"),
                        second(block, "second_control_"),
                        second(block, "second_treatment_")));
    }

    private static Block.Arm arm(JsonObject block, String prefix) {
        return new Block.Arm(
                block.getLong(prefix + "requests"),
                block.getLong(prefix + "failures"),
                block.getLong(prefix + "failing_units"));
    }

    /** The second model of pairs: its failing units are those of the pairs. */
    private static Block.Arm second(JsonObject block, String prefix) {
        return new Block.Arm(block.getLong(prefix + "requests"), block.getLong(prefix + "failures"), 0);
    }

    static List<Clustering> clusterings(JsonArray clusterings) {
        return objects(
                clusterings,
                clustering -> new Clustering(
                        Clustering.Quantity.valueOf(name(clustering, "quantity")),
                        Clustering.Grouping.valueOf(name(clustering, "grouped_by")),
                        clustering.getLong("groups"),
                        clustering.getLong("count"),
                        number(clustering, "sum"),
                        number(clustering, "sum_of_squares"),
                        number(clustering, "sizes"),
                        number(clustering, "products"),
                        number(clustering, "group_squares")));
    }

    private static String name(JsonObject clustering, String field) {
        return clustering.getString(field).toUpperCase(Locale.ROOT);
    }

    /** JSON has no infinity and no NaN, so PostgreSQL writes these as strings. */
    private static double number(JsonObject object, String field) {
        return Double.parseDouble(String.valueOf(object.getValue(field)));
    }

    private static <T> List<T> objects(JsonArray array, Function<JsonObject, T> read) {
        return IntStream.range(0, array.size())
                .mapToObj(array::getJsonObject)
                .map(read)
                .toList();
    }
}
