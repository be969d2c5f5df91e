package ai.ultrathink.understudy.http.identity;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who calls, as the service knows it. */
@Schema(name = "Identity")
record IdentityView(
        @Schema(description = "the name in the audit trail; null where no credential is needed") @Nullable String name,

        @Schema(description = "what the caller may do, see docs/security.md")
        List<String> roles,

        @Schema(description = "what all who use the service should know about it; null if nothing") @Nullable String warning) {}
