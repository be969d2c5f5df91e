package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.LimitChanges;
import ai.ultrathink.understudy.rollout.ModelCompatibility;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
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

/** How the realised outcomes of an experiment are evaluated. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}/outcome")
@Tag(name = "Outcomes", description = "What the market made of predictions, and how it is evaluated")
@Produces(MediaType.APPLICATION_JSON)
class OutcomePlanResource {

    private final CatalogFollower catalog;
    private final LimitChanges limits;
    private final ModelCompatibility fitness;

    OutcomePlanResource(CatalogFollower catalog, LimitChanges limits, ModelCompatibility fitness) {
        this.catalog = catalog;
        this.limits = limits;
        this.fitness = fitness;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "Show the outcome plan", description = "404 if the test has none.")
    @APIResponse(
            responseCode = "200",
            description = "The plan",
            content = @Content(schema = @Schema(implementation = OutcomePlanBody.class)))
    public Response get(@PathParam("test_id") String testId) {
        Experiment experiment = RequestParameters.requireExperiment(catalog, testId);
        OutcomePlan plan = experiment.outcome();
        return plan == null
                ? Problem.notFound("test " + testId + " has no outcome plan, so its outcomes are not evaluated; PUT"
                        + " /api/v1/ab-test/" + testId + "/outcome gives it one")
                : EditResponses.tagged(Response.ok(OutcomePlanBody.of(plan)), experiment)
                        .build();
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Give a test an outcome plan, or change it",
            description =
                    "Fields that the body leaves out keep their values; a first plan needs positions, clip and limit. Other"
                            + " positions, or another cost, clip, block or horizon, begin new evidence with the predictions"
                            + " that follow. Another limit, action or promote is applied to the evidence so far.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = OutcomePlanBody.class),
                            examples = @ExampleObject(name = "daily returns", value = OutcomePlanBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The test",
            content = @Content(schema = @Schema(implementation = ExperimentView.class)))
    @APIResponse(
            responseCode = "202",
            description = EditResponses.AWAITING,
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> update(
            @PathParam("test_id") String testId, @Nullable OutcomePlanBody body, @BeanParam ChangeHeaders caller) {
        OutcomePlanBody given = RequestParameters.body(body);
        return EditResponses.show(
                caller.change(
                        testId,
                        (named, actor, generation) ->
                                limits.updateOutcome(named, base -> over(named, given, base), actor, generation)),
                experiment -> ExperimentView.of(experiment, catalog.current()));
    }

    private OutcomePlan over(String testId, OutcomePlanBody given, @Nullable OutcomePlan base) {
        OutcomePlan plan = given.over(base);
        Catalog seen = catalog.current();
        seen.find(testId).ifPresent(experiment -> fitness.requirePositions(plan, experiment, seen));
        return plan;
    }
}
