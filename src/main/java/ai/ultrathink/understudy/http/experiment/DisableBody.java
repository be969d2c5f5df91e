package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /{test_id}/disable, which may be left out. It is never a reason to refuse the call. */
@Schema(name = "DisableTest")
record DisableBody(
        @Schema(
                description =
                        "why; stored in the audit trail. It is cut where it is too long, and left out where it cannot be read: the"
                                + " test is disabled all the same",
                maxLength = IdentifierRules.MAX_REASON)
        @Nullable String reason) {

    static final String EXAMPLE = "{\"reason\": \"its fills look wrong since the open\"}";

    private static final Pattern UNSHOWN = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009F]");

    /** The reason in a body, as far as it can be kept; null if there is none. */
    static @Nullable String reason(byte @Nullable [] body, ObjectMapper json) {
        if (body == null || body.length == 0) {
            return null;
        }
        try {
            return kept(json.readTree(body).path("reason").asText(""));
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable String kept(String text) {
        String shown = UNSHOWN.matcher(text).replaceAll(" ").strip();
        int length = Math.min(shown.codePointCount(0, shown.length()), IdentifierRules.MAX_REASON);
        String cut = shown.substring(0, shown.offsetByCodePoints(0, length));
        return cut.isEmpty() ? null : cut;
    }
}
