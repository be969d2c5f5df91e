package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.CatalogChange;
import ai.ultrathink.understudy.change.LastEvent;
import ai.ultrathink.understudy.evidence.LastEvaluation;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.json.HistoryJson;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads what is known last of many experiments at once: a few index look-ups for each, and no evidence. */
@ApplicationScoped
public class OverviewStore {

    private static final String GLANCES = """
            select t.test_id, h.time, h.generation, h.verdict, h.reason, h.states, h.ramp_waits_for,
                e.time as event_time, e.action as event_action, e.actor as event_actor, s.action as switched_by,
                exists (
                    select from ab_approvals a
                    where a.test_id = t.test_id and state = 'pending' and expires_at > now()
                        and content_hash = ab_approval_content(a.test_id, a.what, a.arguments)) as awaits_approval
            from unnest($1::varchar[], $2::boolean[]) as t (test_id, enabled)
            left join lateral (
                select time, generation, verdict, reasons ->> 0 as reason, ramp_waits_for, (
                    select jsonb_object_agg(each ->> 'measure', each ->> 'state')
                    from jsonb_array_elements(guardrails) each) as states
                from ab_test_history where test_id = t.test_id order by time desc limit 1) h on true
            left join lateral (
                select time, action, actor
                from ab_test_events where test_id = t.test_id order by event_id desc limit 1) e on true
            left join lateral (
                select action
                from ab_test_events
                where not t.enabled and test_id = t.test_id and action in ('enabled', 'disabled', 'rolled_back')
                order by event_id desc limit 1) s on true""";

    private static final String CHANGES =
            "select version, test_ids from ab_catalog_changes where version > $1 and version <= $2";

    private final Database database;

    OverviewStore(Database database) {
        this.database = database;
    }

    /** What is known last of experiments, by id. */
    public Uni<Map<String, StoredGlance>> glances(List<Experiment> experiments) {
        return database.withConnection(connection -> connection
                .preparedQuery(GLANCES)
                .execute(Tuple.tuple()
                        .addArrayOfString(
                                experiments.stream().map(Experiment::testId).toArray(String[]::new))
                        .addArrayOfBoolean(
                                experiments.stream().map(Experiment::enabled).toArray(Boolean[]::new)))
                .map(rows -> {
                    Map<String, StoredGlance> glances = new HashMap<>();
                    rows.forEach(row -> glances.put(row.getString("test_id"), glance(row)));
                    return glances;
                }));
    }

    /** The changes of the catalog after one version, up to another. */
    public Uni<List<CatalogChange>> changes(long after, long upTo) {
        return database.withConnection(connection -> connection
                .preparedQuery(CHANGES)
                .execute(Tuple.of(after, upTo))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(OverviewStore::change)
                        .toList()));
    }

    private static StoredGlance glance(Row row) {
        return new StoredGlance(
                evaluation(row),
                event(row),
                "rolled_back".equals(row.getString("switched_by")),
                row.getBoolean("awaits_approval"));
    }

    private static @Nullable LastEvaluation evaluation(Row row) {
        OffsetDateTime time = row.getOffsetDateTime("time");
        JsonObject states = row.getJsonObject("states");
        return time == null
                ? null
                : new LastEvaluation(
                        time.toInstant(),
                        row.getLong("generation"),
                        row.getString("verdict"),
                        row.getString("reason"),
                        states == null
                                ? Map.of()
                                : states.fieldNames().stream()
                                        .collect(Collectors.toUnmodifiableMap(measure -> measure, states::getString)),
                        HistoryJson.sentencesOrNull(row.getJsonArray("ramp_waits_for")));
    }

    private static @Nullable LastEvent event(Row row) {
        OffsetDateTime time = row.getOffsetDateTime("event_time");
        return time == null
                ? null
                : new LastEvent(time.toInstant(), row.getString("event_action"), row.getString("event_actor"));
    }

    private static CatalogChange change(Row row) {
        String[] testIds = row.getArrayOfStrings("test_ids");
        return new CatalogChange(row.getLong("version"), testIds == null ? null : Set.of(testIds));
    }
}
