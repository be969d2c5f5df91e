package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.stats.GroupSums;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Moments of runs: of at most 16 rows of a part that follow one another. */
final class Runs {

    private static final int LENGTH = 16;

    /** The runs of one part; the last may go on. */
    private static final class Part {

        private final int place;
        private final Map<Quantity, GroupSums> moments = new EnumMap<>(Quantity.class);
        private GroupValues run = new GroupValues();
        private int rows;

        Part(int place) {
            this.place = place;
        }

        void add(CountedRow counted) {
            run.add(counted);
            rows++;
            if (rows == LENGTH) {
                end();
            }
        }

        void end() {
            for (Quantity quantity : Quantity.values()) {
                if (run.of(quantity).count() > 0) {
                    moments.merge(quantity, run.of(quantity).asGroup(), GroupSums::plus);
                }
            }
            run = new GroupValues();
            rows = 0;
        }

        void addTo(JsonArray all) {
            moments.forEach((quantity, sums) -> all.add(new JsonObject()
                    .put("place", place)
                    .put("quantity", quantity.name().toLowerCase(Locale.ROOT))
                    .put("groups", sums.groups())
                    .put("count", sums.count())
                    .put("sum", sums.sum())
                    .put("sum_of_squares", sums.sumOfSquares())
                    .put("sizes", sums.sizes())
                    .put("products", sums.products())
                    .put("group_squares", sums.groupSquares())));
        }
    }

    private final Map<LedgerEntry, Part> parts = new LinkedHashMap<>();

    /**
     * Rows come in their order.
     *
     * @param part the entry that stands for the row's part
     */
    void add(CountedRow counted, LedgerEntry part) {
        parts.computeIfAbsent(part, entry -> new Part(entry.place())).add(counted);
    }

    /** Ends all runs. */
    JsonArray moments() {
        JsonArray all = new JsonArray();
        parts.values().forEach(part -> {
            part.end();
            part.addTo(all);
        });
        return all;
    }
}
