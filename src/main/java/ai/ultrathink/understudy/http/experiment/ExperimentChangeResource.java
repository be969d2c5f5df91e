package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Symbols;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.Ramps;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
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

/** Changes of an experiment: its split, and whether its treatment is used. */
@NonBlocking
@Path("/api/v1/ab-test")
@Tag(name = "Tests")
@Produces(MediaType.APPLICATION_JSON)
class ExperimentChangeResource {

    private final ExperimentCommands experiments;
    private final Ramps ramps;
    private final CatalogFollower catalog;
    private final ObjectMapper json;

    ExperimentChangeResource(ExperimentCommands experiments, Ramps ramps, CatalogFollower catalog, ObjectMapper json) {
        this.experiments = experiments;
        this.ramps = ramps;
        this.catalog = catalog;
        this.json = json;
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}/update-split")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Change the split",
            description = "Raising it only moves units from control to treatment, lowering it only back. This pauses a"
                    + " ramp in progress. 409 for a shadow, which has no split.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = UpdateSplit.class),
                            examples = @ExampleObject(name = "ten percent", value = "{\"traffic_split\": 0.10}")))
    @APIResponse(
            responseCode = "200",
            description = "In force on this replica, on the others within a second",
            content = @Content(schema = @Schema(implementation = SplitUpdated.class)))
    public Uni<Response> updateSplit(
            @PathParam("test_id") String testId, @Nullable UpdateSplit body, @BeanParam ChangeHeaders caller) {
        String id = RequestParameters.testId(testId);
        Split split = RequestParameters.body(body).split();
        return EditResponses.show(
                caller.change(id, (named, actor, generation) -> ramps.updateSplit(named, split, actor, generation)),
                experiment ->
                        new SplitUpdated(experiment.testId(), experiment.split().fraction(), "updated"));
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}/symbols")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Change the symbols that a test is for",
            description =
                    "For requests with another symbol it does not apply: its treatment is not used, nothing is drawn"
                            + " and nothing is recorded.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = SymbolsBody.class),
                            examples = @ExampleObject(name = "one symbol and a group", value = SymbolsBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The test",
            content = @Content(schema = @Schema(implementation = ExperimentView.class)))
    public Uni<Response> updateSymbols(
            @PathParam("test_id") String testId, @Nullable SymbolsBody body, @BeanParam ChangeHeaders caller) {
        Symbols symbols = RequestParameters.body(body).given();
        return EditResponses.show(
                caller.change(
                        testId,
                        (named, actor, generation) -> experiments.updateSymbols(named, symbols, actor, generation)),
                experiment -> ExperimentView.of(experiment, catalog.current()));
    }

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.APPROVER})
    @Path("/{test_id}/disable")
    @Operation(
            summary = "Disable a test",
            description = "From the answer on, no new request of this replica reaches the treatment. Idempotent.")
    @RequestBody(
            description = "may be left out",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = DisableBody.class),
                            examples = @ExampleObject(name = "with a reason", value = DisableBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "Disabled",
            content = @Content(schema = @Schema(implementation = EditResponses.StatusView.class)))
    public Uni<Response> disable(
            @PathParam("test_id") String testId, byte @Nullable [] body, @BeanParam ChangeHeaders caller) {
        // read here, because nothing in a body may keep the test from being disabled
        String reason = DisableBody.reason(body, json);
        return EditResponses.status(
                caller.changeInHaste(
                        testId, (named, actor, generation) -> experiments.disable(named, actor, reason, generation)),
                "disabled");
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}/enable")
    @Operation(
            summary = "Enable a test",
            description =
                    "Idempotent. 409 when another enabled test has the same control, when a promotion has made one model of the"
                            + " two, and when they do not take the same features.")
    @APIResponse(
            responseCode = "200",
            description = "Enabled",
            content = @Content(schema = @Schema(implementation = EditResponses.StatusView.class)))
    public Uni<Response> enable(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        return EditResponses.status(caller.change(testId, ramps::enable), "enabled");
    }

    @Schema(name = "SplitUpdated")
    record SplitUpdated(String testId, double trafficSplit, String status) {}
}
