package ai.ultrathink.understudy.http.report;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What has changed since the event before. */
@Schema(name = "Changes")
@RegisterForReflection
record ChangesView(
        @Schema(
                description =
                        "ids of tests that are not as they were in GET /api/v1/overview: configuration, verdict, ramp, an event, an"
                                + " approval, replicas; also of new and of deleted ones")
        List<String> tests,

        @Schema(
                description =
                        "any of them may have changed: more than 100 have, or it could not be read for a while; tests is empty then")
        boolean all,

        @Schema(description = "a model, or the state of one on a replica, is not as it was in GET /api/v1/models")
        boolean models) {

    /** The most ids that an event names. */
    static final int MOST_NAMED = 100;

    /** Says only that the service is there. */
    static final ChangesView NOTHING = new ChangesView(List.of(), false, false);

    /** Everything may have changed. */
    static final ChangesView ANYTHING = new ChangesView(List.of(), true, true);

    ChangesView {
        tests = List.copyOf(tests);
    }
}
