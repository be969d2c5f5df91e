package ai.ultrathink.understudy.change;

import org.jspecify.annotations.Nullable;

/**
 * What the audit trail says of a change.
 *
 * @param actor who
 * @param action what, as a past participle
 * @param reason why, in words
 * @param evidence JSON of all that an automatic decision rested on
 */
public record AuditEntry(
        String actor,
        String action,
        @Nullable String reason,
        @Nullable String evidence) {

    /** A person's, who need not give reasons. */
    public static AuditEntry of(String actor, String action) {
        return new AuditEntry(actor, action, null, null);
    }

    /** One with its reason. */
    public static AuditEntry of(String actor, String action, String reason) {
        return new AuditEntry(actor, action, reason, null);
    }
}
