package ai.ultrathink.understudy.change;

import java.util.UUID;

/**
 * A second person's consent to a change.
 *
 * @param approvalId the approval that the change was asked for with
 * @param approver who gave it
 */
public record Consent(UUID approvalId, String approver) {}
