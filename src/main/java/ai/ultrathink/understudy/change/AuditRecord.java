package ai.ultrathink.understudy.change;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the audit trail.
 *
 * @param eventId ascending
 * @param time when it happened
 * @param testId the test
 * @param actor who, as the caller said
 * @param action what: the name of an {@link AuditAction}, or of one that a newer release has
 * @param from the state before, as JSON, or null at creation
 * @param to the state after, as JSON
 * @param generation the test's generation after the change
 * @param reason why, where one was given
 * @param evidence all that a decision rested on, as JSON, or null where there was none
 */
@Schema(name = "AuditEvent")
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
