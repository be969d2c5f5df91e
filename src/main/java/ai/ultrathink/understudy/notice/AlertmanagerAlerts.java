package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Alerts for version 2 of Alertmanager's API. An event that asks for a person fires one, and what settles the matter resolves it: an alert
 * is known by its labels, so both have the same. Other events make none.
 *
 * @param source a label of each alert
 */
record AlertmanagerAlerts(String source) implements NoticeWriter {

    /** An alert that nothing resolves ends then. */
    private static final Duration FIRES_FOR = Duration.ofHours(24);

    /**
     * What an alert is about.
     *
     * @param label what distinguishes alerts of one experiment, or empty
     * @param value of that label
     */
    private record Subject(String alert, String severity, String label, String value) {

        Subject(String alert, String severity) {
            this(alert, severity, "", "");
        }
    }

    private static final Subject ROLLED_BACK = new Subject("UnderstudyRolledBack", "warning");
    private static final Subject RAMP_WAITS = new Subject("UnderstudyRampWaits", "warning");

    @Override
    public Optional<String> write(AuditRecord event) {
        JsonArray alerts = new JsonArray();
        fired(event).forEach(subject -> alerts.add(alert(subject, event, true)));
        resolved(event).forEach(subject -> alerts.add(alert(subject, event, false)));
        return alerts.isEmpty() ? Optional.empty() : Optional.of(alerts.encode());
    }

    private static List<Subject> fired(AuditRecord event) {
        return switch (event.action()) {
            case "rolled_back" -> List.of(ROLLED_BACK);
            case "guardrail_breached" -> List.of(guardrail(state(event, "guardrail")));
            case "guard_opened" -> List.of(guard(event));
            case "ramp_awaiting_approval" -> List.of(RAMP_WAITS);
            case "approval_requested" -> List.of(approval(event));
            default -> List.of();
        };
    }

    private static List<Subject> resolved(AuditRecord event) {
        return switch (event.action()) {
            case "guardrail_cleared" -> clearedBy(event);
            case "enabled", "promoted" -> List.of(ROLLED_BACK);
            case "deleted", "ramp_started" -> List.of(ROLLED_BACK, RAMP_WAITS);
            case "ramp_approved", "ramp_step", "ramp_aborted", "ramp_finished" -> List.of(RAMP_WAITS);
            case "guard_closed" -> List.of(guard(event));
            case "approval_granted", "approval_rejected", "approval_stale", "approval_expired" ->
                List.of(approval(event));
            default -> List.of();
        };
    }

    /** The reason of a clearing begins with the guardrail. */
    private static List<Subject> clearedBy(AuditRecord event) {
        String reason = event.reason() == null ? "" : event.reason();
        return GuardrailMetric.find(reason.split(":", 2)[0])
                .map(metric -> List.of(guardrail(metric.wireName()), ROLLED_BACK))
                .orElse(List.of(ROLLED_BACK));
    }

    private static Subject guardrail(String name) {
        return new Subject("UnderstudyGuardrailBreached", "warning", "guardrail", name);
    }

    private static Subject guard(AuditRecord event) {
        return new Subject("UnderstudyGuardOpen", "warning", "replica", state(event, "replica"));
    }

    private static Subject approval(AuditRecord event) {
        return new Subject("UnderstudyApprovalWaits", "info", "approval_id", String.valueOf(event.approvalId()));
    }

    /** A field of the state after an event; empty if it has none. */
    private static String state(AuditRecord event, String field) {
        return event.to() == null ? "" : String.valueOf(new JsonObject(event.to()).getValue(field, ""));
    }

    private JsonObject alert(Subject subject, AuditRecord event, boolean fires) {
        JsonObject labels = new JsonObject()
                .put("alertname", subject.alert)
                .put("severity", subject.severity)
                .put("test", event.testId())
                .put("source", source);
        if (!subject.label.isEmpty()) {
            labels.put(subject.label, subject.value);
        }
        JsonObject alert = new JsonObject()
                .put("labels", labels)
                .put(
                        "annotations",
                        new JsonObject()
                                .put(
                                        "summary",
                                        event.testId() + ": " + event.action().replace('_', ' ') + " by "
                                                + event.actor())
                                .put(
                                        "description",
                                        event.reason() == null ? "" : EventJson.cut(event.reason(), 1_000)));
        return fires
                ? alert.put("startsAt", event.time().toString())
                        .put("endsAt", event.time().plus(FIRES_FOR).toString())
                : alert.put("endsAt", event.time().toString());
    }
}
