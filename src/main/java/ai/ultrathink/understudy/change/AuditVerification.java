package ai.ultrathink.understudy.change;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Whether the audit trail is as the service sealed it.
 *
 * @param intact whether every event has its seal and none is missing
 * @param events the number of events
 * @param removed the number of older events that the retention has removed; the chain begins after them
 * @param head the hash of the newest event
 * @param firstBroken the event where the chain breaks, or null
 * @param detail what is wrong there, or null
 */
@Schema(name = "AuditVerification")
public record AuditVerification(
        boolean intact,
        long events,

        @Schema(description = "the number of older events that the retention has removed; the chain begins after them")
        long removed,

        @Schema(
                description =
                        "the hash of the newest event; keep it elsewhere, because only then the removal of the newest events,"
                                + " or a chain that was computed again, can be noticed")
        String head,

        @Schema(
                description =
                        "the event_id where the chain breaks: the event that was changed or that the service did not"
                                + " write, or the one after those that are missing")
        @Nullable Long firstBroken,

        @Schema(description = "what is wrong there") @Nullable String detail) {}
