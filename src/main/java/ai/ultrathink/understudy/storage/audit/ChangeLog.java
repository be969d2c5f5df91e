package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Transaction;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line for each change by a person: who, what, from, to. A change with two events in the audit trail, such as
 * a promotion against the verdict, also gets one line. Automatic changes are logged elsewhere. The line is written when
 * the change is committed, so that a transaction that was rolled back is not logged.
 */
final class ChangeLog {

    private static final Logger LOG = Logger.getLogger(ChangeLog.class);

    /** Fields logged for a new experiment; the rest is in its event. */
    private static final Set<String> FIRST = Set.of("traffic_split", "mode", "explicit", "ramp");

    /** Logs a change when the transaction is committed. */
    void when(
            Transaction committed,
            List<AuditEntry> entries,
            @Nullable JsonObject before,
            JsonObject after,
            Experiment experiment) {
        List<AuditEntry> persons = entries.stream()
                .filter(entry -> !Actors.isReserved(entry.actor()))
                .toList();
        if (!persons.isEmpty()) {
            String line = line(persons, before, after, experiment);
            committed.completion().subscribe().with(done -> LOG.info(line), rolledBack -> {});
        }
    }

    /** The line for a change; of several events, the last has the reason. */
    private static String line(
            List<AuditEntry> entries, @Nullable JsonObject before, JsonObject after, Experiment experiment) {
        AuditEntry last = entries.getLast();
        String changes = after.fieldNames().stream()
                .filter(field -> before == null
                        ? FIRST.contains(field)
                        : !Objects.equals(before.getValue(field), after.getValue(field)))
                .map(field -> field + " " + change(before, after, field))
                .collect(Collectors.joining(", "));
        return "%s by %s: test %s (%s against %s), generation %d%s%s"
                .formatted(
                        entries.stream().map(entry -> entry.action().wireName()).collect(Collectors.joining(", ")),
                        shown(last.actor()),
                        experiment.testId(),
                        experiment.treatmentModel(),
                        experiment.controlModel(),
                        experiment.generation(),
                        changes.isEmpty() ? "" : "; " + changes,
                        last.reason() == null ? "" : "; because " + shown(last.reason()));
    }

    private static String change(@Nullable JsonObject before, JsonObject after, String field) {
        String now = shown(after.getValue(field));
        return before == null ? now : shown(before.getValue(field)) + " -> " + now;
    }

    /** The value as JSON, which has no line breaks. */
    private static String shown(@Nullable Object value) {
        String text = Json.encode(value);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
