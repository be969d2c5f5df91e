package ai.ultrathink.understudy.change;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One stored event of the audit trail.
 *
 * @param eventId ascending
 * @param time when it happened
 * @param testId the experiment
 * @param actor who made the change, as the caller said
 * @param action what: the name of an {@link AuditAction}, or of one that a newer release has
 * @param from the state before, as JSON, or null at creation
 * @param to the state after, as JSON
 * @param generation the experiment's generation after the change
 * @param reason why, where one was given
 * @param evidence the decision record as JSON, or null if there is none
 * @param approvedBy the second person, where one was needed
 * @param approvalId the approval that it belongs to, or null
 * @param position the place in the chain, or null of an event that the service did not write
 * @param previousHash the hash of the event before it in the chain
 * @param hash SHA-256 over the hash before it and the event
 */
@Schema(name = "AuditEvent")
public record AuditRecord(
        long eventId,
        Instant time,
        String testId,
        String actor,
        String action,

        @Schema(type = SchemaType.OBJECT, description = "the experiment before, null at its creation")
        @JsonRawValue
        @Nullable String from,

        @Schema(type = SchemaType.OBJECT, description = "the experiment after") @JsonRawValue @Nullable String to,

        long generation,
        @Nullable String reason,

        @Schema(type = SchemaType.OBJECT, description = "all that a decision rested on; null where there was none")
        @JsonRawValue
        @Nullable String evidence,

        @Schema(description = "the second person; null where one sufficed") @Nullable String approvedBy,

        @Schema(description = "the approval that it belongs to") @Nullable UUID approvalId,

        @Schema(description = "the place in the chain; null of an event that is not sealed") @Nullable Long position,

        @Schema(description = "the hash of the event at the position before") @Nullable String previousHash,

        @Schema(description = "SHA-256 over previous_hash and the event") @Nullable String hash) {}
