package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.http.problem.Problem;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a caller hears of a change. */
final class EditResponses {

    private EditResponses() {}

    @Schema(name = "TestStatus")
    record StatusView(String testId, String status) {}

    static Response status(EditResult edit, String status) {
        return answer(
                edit,
                experiment -> Response.ok(new StatusView(experiment.testId(), status))
                        .tag(String.valueOf(experiment.generation()))
                        .build());
    }

    static Response answer(EditResult edit, Function<Experiment, Response> done) {
        return switch (edit) {
            case EditResult.Done changed -> done.apply(changed.after());
            case EditResult.Unchanged unchanged -> done.apply(unchanged.now());
            case EditResult.Missing missing -> Problem.unknownTest(missing.testId());
            case EditResult.Conflict conflict -> Problem.conflict(conflict.why());
        };
    }

    /** The test as the database has it, deleted or not. */
    static Response test(RecordedExperiment recorded, Catalog catalog) {
        return Response.ok(ExperimentView.of(recorded, catalog))
                .tag(String.valueOf(recorded.experiment().generation()))
                .build();
    }

    /** The test, with its generation as ETag. */
    static Response test(Experiment experiment, Catalog catalog) {
        return Response.ok(ExperimentView.of(experiment, catalog))
                .tag(String.valueOf(experiment.generation()))
                .build();
    }
}
