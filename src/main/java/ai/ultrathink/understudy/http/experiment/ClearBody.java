package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /{test_id}/guardrails/{guardrail}/clear. */
@Schema(name = "ClearGuardrail")
record ClearBody(
        @Schema(
                description = "why the breach no longer counts; stored in the audit trail",
                required = true,
                minLength = 1,
                maxLength = 500)
        @Nullable String reason) {

    static final String EXAMPLE = "{\"reason\": \"the market feed repeated an hour; the models were not at fault\"}";

    /** The reason, which has to be given. */
    String given() {
        return IdentifierRules.reason("reason", reason);
    }
}
