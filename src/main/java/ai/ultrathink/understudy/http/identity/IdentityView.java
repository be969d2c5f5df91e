package ai.ultrathink.understudy.http.identity;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who calls, as the service knows it. */
@Schema(name = "Identity")
record IdentityView(
        @Schema(description = "the name in the audit trail; null where the service asks nobody who they are") @Nullable String name,

        @Schema(description = "what the caller may do, see docs/security.md")
        List<String> roles,

        @Schema(description = "what everybody who uses the service should know about it; null if nothing") @Nullable String warning) {}
