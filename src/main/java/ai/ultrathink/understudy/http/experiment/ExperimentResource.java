package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.journal.Journal;
import ai.ultrathink.understudy.rollout.FourEyes;
import ai.ultrathink.understudy.rollout.ModelCompatibility;
import ai.ultrathink.understudy.rollout.Ramps;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Creates, shows and deletes experiments. */
@NonBlocking
@Path("/api/v1/ab-test")
@Tag(name = "Tests", description = "Create, change, promote and delete tests of two models")
@Produces(MediaType.APPLICATION_JSON)
class ExperimentResource {

    private final CatalogFollower catalog;
    private final ExperimentCommands experiments;
    private final Ramps ramps;
    private final ModelCompatibility fitness;
    private final FourEyes fourEyes;
    private final Journal journal;
    private final TimeSource time;

    ExperimentResource(
            CatalogFollower catalog,
            ExperimentCommands experiments,
            Ramps ramps,
            ModelCompatibility fitness,
            FourEyes fourEyes,
            Journal journal,
            TimeSource time) {
        this.catalog = catalog;
        this.experiments = experiments;
        this.ramps = ramps;
        this.fitness = fitness;
        this.fourEyes = fourEyes;
        this.journal = journal;
        this.time = time;
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/create")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create a test",
            description =
                    "The test is enabled at once. At most one enabled test per control model applies to requests that"
                            + " name none; make further ones explicit.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = CreateExperiment.class),
                            examples = {
                                @ExampleObject(name = "a canary", value = CreateExperiment.EXAMPLE),
                                @ExampleObject(name = "a ramp", value = CreateExperiment.RAMP_EXAMPLE)
                            }))
    @APIResponse(
            responseCode = "201",
            description = "The test",
            content = @Content(schema = @Schema(implementation = ExperimentView.class)))
    public Uni<Response> create(@Nullable CreateExperiment body, @BeanParam ChangeHeaders caller) {
        CreateExperiment given = RequestParameters.body(body);
        Experiment experiment = given.toExperiment(time.now(), fourEyes.byDefault());
        fitness.requireComparable(experiment, catalog.current());
        RampPlan plan = given.plan();
        Uni<EditResult> creation = plan == null
                ? experiments.create(experiment, caller.actor())
                : ramps.create(experiment, plan, caller.actor());
        return EditResponses.answer(
                creation,
                created -> EditResponses.tagged(Response.status(201), created)
                        .header("Location", "/api/v1/ab-test/" + created.testId())
                        .entity(ExperimentView.of(created, catalog.current()))
                        .build());
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/list")
    @Operation(
            summary = "List the tests",
            description =
                    "All that are not deleted, newest first, up to the limit. Where there are more, the header Link"
                            + " has the next page (rel=\"next\").")
    @APIResponse(
            responseCode = "200",
            description = "The tests",
            content = @Content(schema = @Schema(implementation = ExperimentView[].class)))
    public Response list(
            @QueryParam("enabled")
                    @Parameter(
                            description = "only enabled (true) or only disabled (false) tests",
                            schema = @Schema(implementation = Boolean.class))
                    @Nullable String enabled,
            @QueryParam("limit")
                    @DefaultValue("1000")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "1000"))
                    String limit,
            @QueryParam("before")
                    @Parameter(description = "a value from the header Link of the preceding page")
                    @Nullable String before) {
        RequestParameters.requireKnown(catalog);
        return ExperimentPage.of(
                        catalog.current(),
                        RequestParameters.bool("enabled", enabled),
                        RequestParameters.number("limit", limit, 1, ExperimentPage.MOST),
                        before)
                .answer();
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/{test_id}")
    @Operation(
            summary = "Show a test",
            description = "The ETag is the test's generation. A deleted test is shown with deleted_at.")
    @APIResponse(
            responseCode = "200",
            description = "The test",
            content = @Content(schema = @Schema(implementation = ExperimentView.class)))
    public Uni<Response> get(@PathParam("test_id") String testId) {
        Catalog seen = catalog.current();
        return RequestParameters.recorded(catalog, testId)
                .chain(this::inFull)
                .map(found -> EditResponses.tagged(Response.ok(ExperimentView.of(found, seen)), found.experiment())
                        .build());
    }

    /** The experiment with its full description, which for old experiments may be only in the database. */
    private Uni<RecordedExperiment> inFull(RecordedExperiment experiment) {
        return IdentifierRules.maybeShortened(experiment.experiment().description())
                ? catalog.recorded(experiment.experiment().testId())
                        .map(found -> found.orElse(experiment))
                        .onFailure()
                        .recoverWithItem(experiment)
                : Uni.createFrom().item(experiment);
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}/flush")
    @Operation(
            summary = "Wait for the results",
            description =
                    "Responds when the results that this replica has recorded so far are in the database; 503 if it"
                            + " does not accept them. They are kept until it does.")
    @APIResponse(
            responseCode = "200",
            description = "They are",
            content = @Content(schema = @Schema(implementation = EditResponses.StatusView.class)))
    public Uni<Response> flush(@PathParam("test_id") String testId) {
        RequestParameters.requireExperiment(catalog, testId);
        return FlushWait.flush(journal, catalog, testId)
                .map(stored -> stored
                        ? Response.ok(new EditResponses.StatusView(testId, "flushed"))
                                .build()
                        : Problem.unavailable(
                                "the database does not accept results at present. They wait in the journal and"
                                        + " are stored when it does; flush again later, and watch"
                                        + " understudy_journal_pending"));
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}")
    @Operation(summary = "Delete a test", description = "Its results and its audit trail are kept, and so is its id.")
    @APIResponse(responseCode = "204", description = "Deleted")
    public Uni<Response> delete(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        return EditResponses.answer(
                caller.change(testId, experiments::delete),
                deleted -> Response.noContent().build());
    }
}
