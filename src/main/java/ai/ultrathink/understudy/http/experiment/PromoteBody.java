package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /{test_id}/promote, which may be left out. */
// Jackson fills it by reflection, and no resource's signature tells Quarkus so
@RegisterForReflection
record PromoteBody(
        @Schema(
                description =
                        "why it shall be promoted although the verdict is not promote; kept in the audit trail and"
                                + " shown with the promotion",
                minLength = 1,
                maxLength = 500)
        @Nullable String override) {

    static final String EXAMPLE =
            "{\"override\": \"the treatment mends a fault of control's that agreement cannot see\"}";

    /** Why, or null when only the verdict decides. */
    @Nullable String reason() {
        return override == null ? null : IdentifierRules.reason("override", override);
    }
}
