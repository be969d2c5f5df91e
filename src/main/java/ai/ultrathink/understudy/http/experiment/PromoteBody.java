package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /{test_id}/promote, which may be left out. */
// Jackson creates it by reflection, which no signature of a resource shows to Quarkus
@RegisterForReflection
@Schema(name = "PromoteTest")
record PromoteBody(
        @Schema(
                description = "the reason for a promotion against the verdict; stored in the audit trail and"
                        + " shown with the promotion",
                minLength = 1,
                maxLength = 500)
        @Nullable String override) {

    static final String EXAMPLE =
            "{\"override\": \"the treatment mends a fault of control's that agreement cannot see\"}";

    /** The reason, or null if only the verdict decides. */
    @Nullable String reason() {
        return override == null ? null : IdentifierRules.reason("override", override);
    }
}
