package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.Ramps;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Operations on the ramp of an experiment. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}/ramp")
@Tag(name = "Ramps", description = "Raise a split step by step, as the evidence allows")
@Produces(MediaType.APPLICATION_JSON)
class RampResource {

    private final CatalogFollower experiments;
    private final Ramps ramps;

    RampResource(CatalogFollower experiments, Ramps ramps) {
        this.experiments = experiments;
        this.ramps = ramps;
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Start a ramp",
            description =
                    "The test enters the first stage at once: a shadow stage, unless the plan says otherwise. The next step"
                            + " follows when the stage has lasted long enough, treatment has had enough requests, and the evidence"
                            + " shows that every required limit is kept.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = RampBody.class),
                            examples = @ExampleObject(name = "three steps", value = RampBody.EXAMPLE)))
    @APIResponse(
            responseCode = "201",
            description = "The ramp",
            content = @Content(schema = @Schema(implementation = RampView.class)))
    public Uni<Response> start(
            @PathParam("test_id") String testId, @Nullable RampBody body, @BeanParam ChangeHeaders caller) {
        RampPlan plan = RequestParameters.body(body).toPlan();
        return answer(
                caller.change(testId, (named, actor, generation) -> ramps.start(named, plan, actor, generation)), 201);
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "Show the ramp", description = "Also after it has ended.")
    @APIResponse(
            responseCode = "200",
            description = "The ramp",
            content = @Content(schema = @Schema(implementation = RampView.class)))
    public Uni<Response> get(@PathParam("test_id") String testId) {
        return RequestParameters.recorded(experiments, testId)
                .chain(recorded -> show(recorded.experiment(), Response.ok()));
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/pause")
    @Operation(
            summary = "Pause the ramp",
            description =
                    "The test does not change, its guardrails stay in force, and the stage's clock stops. Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "The ramp",
            content = @Content(schema = @Schema(implementation = RampView.class)))
    public Uni<Response> pause(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        return answer(caller.change(testId, ramps::pause), 200);
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/resume")
    @Operation(
            summary = "Resume the ramp",
            description =
                    "It continues where it was paused; a test that was changed manually returns to the stage's split. Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "The ramp",
            content = @Content(schema = @Schema(implementation = RampView.class)))
    public Uni<Response> resume(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        return answer(caller.change(testId, ramps::resume), 200);
    }

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.APPROVER})
    @Path("/approve")
    @Operation(
            summary = "Approve the next step",
            description = "409 if nothing awaits approval, or if the evidence no longer allows the step.")
    @APIResponse(
            responseCode = "200",
            description = "The ramp",
            content = @Content(schema = @Schema(implementation = RampView.class)))
    @APIResponse(
            responseCode = "202",
            description = EditResponses.AWAITING,
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> approve(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        Experiment experiment = RequestParameters.requireExperiment(experiments, testId);
        return answer(
                caller.change(testId, (named, actor, generation) -> ramps.approve(experiment, actor, generation)), 200);
    }

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.APPROVER})
    @Path("/abort")
    @Operation(
            summary = "Abort the ramp",
            description = "The ramp ends and the test is disabled, in one transaction. Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "The ramp",
            content = @Content(schema = @Schema(implementation = RampView.class)))
    public Uni<Response> abort(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        return answer(caller.changeInHaste(testId, ramps::abort), 200);
    }

    private Uni<Response> answer(Uni<EditResult> edit, int status) {
        return EditResponses.then(
                edit, experiment -> show(experiment, EditResponses.tagged(Response.status(status), experiment)));
    }

    private Uni<Response> show(Experiment experiment, Response.ResponseBuilder answer) {
        return ramps.find(experiment)
                .map(found -> found.map(ramp -> answer.entity(RampView.of(experiment.testId(), ramp))
                                .build())
                        .orElseGet(() -> Problem.notFound("test " + experiment.testId()
                                + " has no ramp; POST /api/v1/ab-test/" + experiment.testId() + "/ramp starts one")));
    }
}
