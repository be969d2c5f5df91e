package ai.ultrathink.understudy.change;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Entry of the audit trail about one change.
 *
 * @param actor who made the change
 * @param action what
 * @param reason why, in words
 * @param evidence the decision record of an automatic decision as JSON, or null
 * @param approvalId the approval that it belongs to, or null
 * @param approvedBy the second person, or null where one sufficed
 */
public record AuditEntry(
        String actor,
        AuditAction action,
        @Nullable String reason,
        @Nullable String evidence,
        @Nullable UUID approvalId,
        @Nullable String approvedBy) {

    /** An entry about a change for which one person sufficed. */
    public AuditEntry(String actor, AuditAction action, @Nullable String reason, @Nullable String evidence) {
        this(actor, action, reason, evidence, null, null);
    }

    /** An entry without a reason, for a person's change. */
    public static AuditEntry of(String actor, AuditAction action) {
        return new AuditEntry(actor, action, null, null);
    }

    /** An entry with a reason. */
    public static AuditEntry of(String actor, AuditAction action, String reason) {
        return new AuditEntry(actor, action, reason, null);
    }

    /** The same about an approval. */
    public AuditEntry about(UUID approval) {
        return new AuditEntry(actor, action, reason, evidence, approval, null);
    }

    /** The same about a change to which a second person agreed. */
    public AuditEntry with(Consent consent) {
        return new AuditEntry(actor, action, reason, evidence, consent.approvalId(), consent.approver());
    }
}
