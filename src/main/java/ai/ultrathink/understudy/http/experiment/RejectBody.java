package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /api/v1/approvals/{approval_id}/reject. */
@Schema(name = "RejectApproval")
record RejectBody(
        @Schema(
                description = "why; stored with the approval and in the audit trail",
                required = true,
                minLength = 1,
                maxLength = 500)
        @Nullable String reason) {

    static final String EXAMPLE = "{\"reason\": \"the evidence is from one calm week\"}";

    /** The reason, which has to be given. */
    String given() {
        return IdentifierRules.reason("reason", reason);
    }
}
