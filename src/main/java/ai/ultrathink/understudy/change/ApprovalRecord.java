package ai.ultrathink.understudy.change;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one person asked for and another has to approve.
 *
 * @param what the name of an {@link ApprovalKind}, or of one that a newer release has
 * @param generation the test's generation when it was asked for
 * @param arguments what the call said, as JSON: the reason of an override, or the limits as they would be
 * @param contentHash SHA-256 over what is to be done and all that it rests on
 * @param decidedBy who approved or rejected it; null if it was neither
 * @param decidedAt when it got its state; null while it is pending
 * @param reason of a rejection
 * @param report the report on the test when it was asked for, as JSON; an object with only a {@code problem}
 *     if it could not be made; null where it is not shown
 */
@Schema(name = "Approval")
public record ApprovalRecord(
        UUID approvalId,

        @Schema(enumeration = {"promote", "revert_promotion", "ramp_step", "loosen_guardrails", "loosen_outcome"})
        String what,

        String testId,

        @Schema(description = "the test's generation when it was asked for")
        long generation,

        String requestedBy,
        Instant requestedAt,
        Instant expiresAt,

        @Schema(enumeration = {"pending", "approved", "rejected", "stale", "expired"})
        String state,

        @Schema(
                type = SchemaType.OBJECT,
                description = "what the call said: the reason of an override, or the limits as they would be")
        @JsonRawValue
        String arguments,

        @Schema(
                description = "SHA-256 over what is to be done, and over the test, its ramp, the promotion and the"
                        + " versions of the models at that time")
        String contentHash,

        @Schema(description = "who approved or rejected it; null if it was neither") @Nullable String decidedBy,

        @Schema(description = "null while it is pending") @Nullable Instant decidedAt,

        @Schema(description = "of a rejection") @Nullable String reason,

        @Schema(
                type = SchemaType.OBJECT,
                description =
                        "the report on the test as it was when it was asked for, or an object with only a `problem` if it"
                                + " could not be made; only of a single approval")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonRawValue
        @Nullable String report) {

    /** Whether it waits for a decision. */
    public boolean pending() {
        return state.equals(ApprovalState.PENDING.wireName());
    }
}
