package ai.ultrathink.understudy.change;

import org.jspecify.annotations.Nullable;

/**
 * Entry of the audit trail about one change.
 *
 * @param actor who made the change
 * @param action what
 * @param reason why, in words
 * @param evidence the decision record of an automatic decision as JSON, or null
 */
public record AuditEntry(
        String actor,
        AuditAction action,
        @Nullable String reason,
        @Nullable String evidence) {

    /** An entry without a reason, for a person's change. */
    public static AuditEntry of(String actor, AuditAction action) {
        return new AuditEntry(actor, action, null, null);
    }

    /** An entry with a reason. */
    public static AuditEntry of(String actor, AuditAction action, String reason) {
        return new AuditEntry(actor, action, reason, null);
    }
}
