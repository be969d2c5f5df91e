package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.http.problem.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Answers a change: with the experiment as it is now, or with the reason why nothing was changed. */
final class EditResponses {

    /** What 202 means of a change. */
    static final String AWAITING =
            "Nothing is done yet: the test is under four eyes, and another person has to approve it";

    private EditResponses() {}

    @Schema(name = "TestStatus")
    record StatusView(String testId, String status) {}

    /** A status in a word. */
    static Uni<Response> status(Uni<EditResult> edit, String status) {
        return show(edit, experiment -> new StatusView(experiment.testId(), status));
    }

    /** What a view shows of the experiment. */
    static Uni<Response> show(Uni<EditResult> edit, Function<Experiment, Object> view) {
        return answer(
                edit,
                experiment ->
                        tagged(Response.ok(view.apply(experiment)), experiment).build());
    }

    static Uni<Response> answer(Uni<EditResult> edit, Function<Experiment, Response> done) {
        return then(edit, experiment -> Uni.createFrom().item(done.apply(experiment)));
    }

    /** An answer that has to be looked up. */
    static Uni<Response> then(Uni<EditResult> edit, Function<Experiment, Uni<Response>> done) {
        return edit.chain(made -> switch (made) {
            case EditResult.Done changed -> done.apply(changed.after());
            case EditResult.Unchanged unchanged -> done.apply(unchanged.now());
            case EditResult.Missing missing -> Uni.createFrom().item(Problem.unknownExperiment(missing.testId()));
            case EditResult.Awaiting awaiting -> Uni.createFrom().item(awaiting(awaiting.approval()));
            case EditResult.Conflict conflict -> Uni.createFrom().item(Problem.conflict(conflict.why()));
        });
    }

    /** Nothing is done until another person approves it. */
    private static Response awaiting(ApprovalRecord approval) {
        return Response.accepted(approval)
                .header("Location", "/api/v1/approvals/" + approval.approvalId())
                .build();
    }

    /** With the experiment's generation as ETag. */
    static Response.ResponseBuilder tagged(Response.ResponseBuilder response, Experiment experiment) {
        return response.tag(String.valueOf(experiment.generation()));
    }
}
