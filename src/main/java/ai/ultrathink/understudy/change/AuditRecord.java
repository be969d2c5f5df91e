package ai.ultrathink.understudy.change;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the audit trail.
 *
 * @param eventId ascending
 * @param time when it happened
 * @param testId the test
 * @param actor who, as the caller said
 * @param action what: created, split_updated, enabled, disabled, promoted, promotion_reverted, deleted,
 *     promotion_overridden, model_changed, guardrails_updated, guard_opened, guard_closed, fence_lifted, guardrail_breached, rolled_back, ramp_started, ramp_step,
 *     ramp_awaiting_approval, ramp_approved, ramp_paused, ramp_resumed, ramp_aborted, ramp_clock_set or ramp_finished
 * @param from the state before, as JSON, or null at creation
 * @param to the state after, as JSON
 * @param generation the test's generation after the change
 * @param reason why, where one was given
 * @param evidence all that a decision rested on, as JSON, or null where there was none
 */
public record AuditRecord(
        long eventId,
        Instant time,
        String testId,
        String actor,
        String action,
        @JsonRawValue @Nullable String from,
        @JsonRawValue @Nullable String to,
        long generation,
        @Nullable String reason,
        @JsonRawValue @Nullable String evidence) {}
