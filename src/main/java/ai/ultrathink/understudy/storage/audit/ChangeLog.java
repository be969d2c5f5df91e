package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.trace.DecisionSpan;
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
 * Logs one line for each change of an experiment, by a person or by the service: who, what, from, to, why. A change with two
 * events in the audit trail, such as a promotion against the verdict, also gets one line. The line is written when the change is
 * committed, so that a transaction that was rolled back is not logged. Where tracing is on, each event is a span as well.
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
        if (entries.isEmpty()) {
            return;
        }
        List<AuditEntry> persons = entries.stream()
                .filter(entry -> !Actors.isReserved(entry.actor()))
                .toList();
        // what follows by itself from a person's change is in its event
        List<AuditEntry> told = persons.isEmpty() ? entries : persons;
        String line = line(told, before, after, experiment);
        // another thread may be told of the commit
        LogFields fields = LogFields.of(LogFields.ACTOR, told.getLast().actor())
                .and(LogFields.TEST, experiment.testId())
                .and(LogFields.REQUEST, LogFields.kept(LogFields.REQUEST))
                .and(LogFields.TRACE, LogFields.kept(LogFields.TRACE));
        DecisionSpan span = DecisionSpan.begin();
        committed
                .completion()
                .subscribe()
                .with(
                        done -> {
                            fields.tell(() -> LOG.log(level(entries), line));
                            entries.forEach(entry -> span.stored(
                                    experiment.testId(),
                                    entry.actor(),
                                    entry.action().wireName(),
                                    experiment.generation(),
                                    entry.reason()));
                        },
                        rolledBack -> {});
    }

    /** A roll-back needs a person's attention. */
    private static Logger.Level level(List<AuditEntry> entries) {
        return entries.stream().anyMatch(entry -> entry.action() == AuditAction.ROLLED_BACK)
                ? Logger.Level.WARN
                : Logger.Level.INFO;
    }

    /** The line for a change. */
    private static String line(
            List<AuditEntry> entries, @Nullable JsonObject before, JsonObject after, Experiment experiment) {
        AuditEntry last = entries.getLast();
        String reason = reason(entries);
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
                        reason == null ? "" : "; because " + shown(reason));
    }

    /** Of several events, the last has the reason; but a ramp that ends with a roll-back has only that for one. */
    private static @Nullable String reason(List<AuditEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.action() == AuditAction.ROLLED_BACK)
                .findFirst()
                .orElseGet(entries::getLast)
                .reason();
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
