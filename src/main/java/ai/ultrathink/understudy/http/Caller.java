package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Texts;
import jakarta.ws.rs.HeaderParam;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What the headers of a change say: who makes it, and for which generation it was decided. */
class Caller {

    private static final Pattern ETAG = Pattern.compile("\"?(\\d{1,18})\"?");

    @HeaderParam("X-Actor")
    @Parameter(description = "who makes the change, for the audit trail; 1-100 characters, \"unknown\" when absent")
    @Nullable String actor;

    @HeaderParam("If-Match")
    @Parameter(description = "the generation that the change was decided for; 409 when the test has moved on")
    @Nullable String ifMatch;

    String actor() {
        return actor == null ? "unknown" : Texts.id("X-Actor", actor);
    }

    @Nullable Long expectedGeneration() {
        if (ifMatch == null || ifMatch.equals("*")) {
            return null;
        }
        Matcher etag = ETAG.matcher(ifMatch.strip());
        if (!etag.matches()) {
            throw new InvalidValueException("If-Match", ifMatch, "a generation, such as \"3\"");
        }
        return Long.valueOf(etag.group(1));
    }
}
