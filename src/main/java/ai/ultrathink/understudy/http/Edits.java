package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.RecordedTest;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a caller hears of a change. */
final class Edits {

    private Edits() {}

    @Schema(name = "TestStatus")
    record StatusView(String testId, String status) {}

    static Response status(Edit edit, String status) {
        return answer(
                edit,
                test -> Response.ok(new StatusView(test.testId(), status))
                        .tag(String.valueOf(test.generation()))
                        .build());
    }

    static Response answer(Edit edit, Function<Experiment, Response> done) {
        return switch (edit) {
            case Edit.Done changed -> done.apply(changed.after());
            case Edit.Unchanged unchanged -> done.apply(unchanged.now());
            case Edit.Missing missing -> Problem.unknownTest(missing.testId());
            case Edit.Conflict conflict -> Problem.conflict(conflict.why());
        };
    }

    /** The test as the database has it, deleted or not. */
    static Response test(RecordedTest recorded, Catalog catalog) {
        return Response.ok(TestView.of(recorded, catalog))
                .tag(String.valueOf(recorded.test().generation()))
                .build();
    }

    /** The test, with its generation as ETag. */
    static Response test(Experiment test, Catalog catalog) {
        return Response.ok(TestView.of(test, catalog))
                .tag(String.valueOf(test.generation()))
                .build();
    }
}
