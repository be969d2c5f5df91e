package ai.ultrathink.understudy.change;

import org.jspecify.annotations.Nullable;

/**
 * What the audit trail says of a change.
 *
 * @param actor who
 * @param action what
 * @param reason why, in words
 * @param evidence JSON of all that an automatic decision rested on
 */
public record AuditEntry(
        String actor,
        AuditAction action,
        @Nullable String reason,
        @Nullable String evidence) {

    /** A person's, who need not give reasons. */
    public static AuditEntry of(String actor, AuditAction action) {
        return new AuditEntry(actor, action, null, null);
    }

    /** One with its reason. */
    public static AuditEntry of(String actor, AuditAction action, String reason) {
        return new AuditEntry(actor, action, reason, null);
    }
}
