package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.outcome.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How often the models of a batch advised what, by hour. */
final class ActionCounts {

    private record Advice(
            String testId,
            Instant hour,
            long generation,
            Group assigned,
            @Nullable String control,
            @Nullable String treatment) {}

    private final Map<Advice, Long> counts = new LinkedHashMap<>();

    void add(CountedRow counted) {
        counts.merge(
                new Advice(
                        counted.row.testId(),
                        counted.row.time().truncatedTo(ChronoUnit.HOURS),
                        counted.row.generation(),
                        counted.row.assigned(),
                        action(counted.row.control()),
                        action(counted.row.treatment())),
                1L,
                Long::sum);
    }

    private static @Nullable String action(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered ? answered.answer().action() : null;
    }

    JsonArray json() {
        JsonArray rows = new JsonArray();
        counts.forEach((advice, count) -> rows.add(new JsonObject()
                .put("test_id", advice.testId())
                .put("hour", advice.hour().toString())
                .put("generation", advice.generation())
                .put("assigned_group", advice.assigned().wireName())
                .put("control_action", advice.control())
                .put("treatment_action", advice.treatment())
                .put("count", count)));
        return rows;
    }
}
