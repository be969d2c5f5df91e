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
 * One line in the log for each change that a person made: who, what, from, to. A change of which the audit trail has two events,
 * as a promotion against the verdict, has one line as well. The service's own have lines elsewhere. It is written when the
 * change is committed, so that what was rolled back is not told.
 */
final class ChangeLog {

    private static final Logger LOG = Logger.getLogger(ChangeLog.class);

    /** What is said of a new test; the rest is in its event. */
    private static final Set<String> FIRST = Set.of("traffic_split", "mode", "explicit", "ramp");

    /** Tells it when the transaction has ended well. */
    void when(
            Transaction committed,
            List<AuditEntry> entries,
            @Nullable JsonObject before,
            JsonObject after,
            Experiment experiment) {
        List<AuditEntry> persons = entries.stream()
                .filter(deed -> !Actors.isReserved(deed.actor()))
                .toList();
        if (!persons.isEmpty()) {
            String line = line(persons, before, after, experiment);
            committed.completion().subscribe().with(done -> LOG.info(line), rolledBack -> {});
        }
    }

    /** Of several deeds the last says the most. */
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

    /** As JSON, in which no line ends. */
    private static String shown(@Nullable Object value) {
        String text = Json.encode(value);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
