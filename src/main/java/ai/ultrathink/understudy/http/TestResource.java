package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Texts;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.journal.Journal;
import ai.ultrathink.understudy.rollout.Fitness;
import ai.ultrathink.understudy.rollout.Ramps;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.RecordedTest;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
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

/** The life of a test: created, changed, deleted. */
@NonBlocking
@Path("/api/v1/ab-test")
@Tag(name = "Tests", description = "Create, change, promote and delete tests of two models")
@Produces(MediaType.APPLICATION_JSON)
class TestResource {

    private final ExperimentRegistry experiments;
    private final Ramps ramps;
    private final Fitness fitness;
    private final Journal journal;
    private final TimeSource time;

    TestResource(ExperimentRegistry experiments, Ramps ramps, Fitness fitness, Journal journal, TimeSource time) {
        this.experiments = experiments;
        this.ramps = ramps;
        this.fitness = fitness;
        this.journal = journal;
        this.time = time;
    }

    @POST
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
                            schema = @Schema(implementation = CreateTest.class),
                            examples = {
                                @ExampleObject(name = "a canary", value = CreateTest.EXAMPLE),
                                @ExampleObject(name = "a ramp", value = CreateTest.RAMP_EXAMPLE)
                            }))
    @APIResponse(
            responseCode = "201",
            description = "The test",
            content = @Content(schema = @Schema(implementation = TestView.class)))
    public Uni<Response> create(@Nullable CreateTest body, @BeanParam Caller caller) {
        CreateTest given = Bodies.present(body);
        Experiment test = given.toExperiment(time.now());
        fitness.requireComparable(test, experiments.current());
        RampPlan plan = given.plan();
        Uni<Edit> creation =
                plan == null ? experiments.create(test, caller.actor()) : ramps.create(test, plan, caller.actor());
        return creation.map(edit -> Edits.answer(
                edit,
                created -> Response.status(201)
                        .header("Location", "/api/v1/ab-test/" + created.testId())
                        .tag(String.valueOf(created.generation()))
                        .entity(TestView.of(created, experiments.current()))
                        .build()));
    }

    @GET
    @Path("/list")
    @Operation(
            summary = "List the tests",
            description =
                    "All that are not deleted, newest first, up to the limit. Where there are more, the header Link"
                            + " has the next page (rel=\"next\").")
    @APIResponse(
            responseCode = "200",
            description = "The tests",
            content = @Content(schema = @Schema(implementation = TestView[].class)))
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
            @QueryParam("before") @Parameter(description = "as the header Link of the page before has it") @Nullable String before) {
        Queries.requireKnown(experiments);
        return TestPage.of(
                        experiments.current(),
                        Queries.bool("enabled", enabled),
                        Queries.number("limit", limit, 1, TestPage.MOST),
                        before)
                .answer();
    }

    @GET
    @Path("/{test_id}")
    @Operation(
            summary = "Show a test",
            description = "The ETag is the test's generation. A deleted test is shown with deleted_at.")
    @APIResponse(
            responseCode = "200",
            description = "The test",
            content = @Content(schema = @Schema(implementation = TestView.class)))
    public Uni<Response> get(@PathParam("test_id") String testId) {
        Catalog catalog = experiments.current();
        return Queries.recorded(experiments, testId).chain(this::inFull).map(test -> Edits.test(test, catalog));
    }

    /** Descriptions from before there was a bound are kept in the database alone. */
    private Uni<RecordedTest> inFull(RecordedTest test) {
        return Texts.maybeShortened(test.test().description())
                ? experiments
                        .recorded(test.test().testId())
                        .map(found -> found.orElse(test))
                        .onFailure()
                        .recoverWithItem(test)
                : Uni.createFrom().item(test);
    }

    @POST
    @Path("/{test_id}/update-split")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Change the split",
            description =
                    "Raising it only moves units from control to treatment, lowering it only back. A ramp that is under way is"
                            + " paused by it. 409 for a shadow, which has no split.")
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
            @PathParam("test_id") String testId, @Nullable UpdateSplit body, @BeanParam Caller caller) {
        return ramps.updateSplit(
                        Queries.testId(testId),
                        Bodies.present(body).split(),
                        caller.actor(),
                        caller.expectedGeneration())
                .map(edit -> Edits.answer(
                        edit,
                        test -> Response.ok(new SplitUpdated(
                                        test.testId(), test.split().fraction(), "updated"))
                                .tag(String.valueOf(test.generation()))
                                .build()));
    }

    @POST
    @Path("/{test_id}/disable")
    @Operation(
            summary = "Disable a test",
            description = "From the answer on, no new request of this replica reaches the treatment. Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "Disabled",
            content = @Content(schema = @Schema(implementation = Edits.StatusView.class)))
    public Uni<Response> disable(@PathParam("test_id") String testId, @BeanParam Caller caller) {
        return experiments
                .enable(Queries.testId(testId), false, caller.actorInHaste(), caller.expectedGeneration())
                .map(edit -> Edits.status(edit, "disabled"));
    }

    @POST
    @Path("/{test_id}/enable")
    @Operation(
            summary = "Enable a test",
            description =
                    "Idempotent. 409 when another enabled test has the same control, when a promotion has made one model of the"
                            + " two, and when they do not take the same features.")
    @APIResponse(
            responseCode = "200",
            description = "Enabled",
            content = @Content(schema = @Schema(implementation = Edits.StatusView.class)))
    public Uni<Response> enable(@PathParam("test_id") String testId, @BeanParam Caller caller) {
        return ramps.enable(Queries.testId(testId), caller.actor(), caller.expectedGeneration())
                .map(edit -> Edits.status(edit, "enabled"));
    }

    @POST
    @Path("/{test_id}/flush")
    @Operation(
            summary = "Wait for the results",
            description =
                    "Answers when the results that this replica has recorded so far are in the database; 503 while it"
                            + " does not take them. They are kept until it does.")
    @APIResponse(
            responseCode = "200",
            description = "They are",
            content = @Content(schema = @Schema(implementation = Edits.StatusView.class)))
    public Uni<Response> flush(@PathParam("test_id") String testId) {
        Queries.requireTest(experiments, testId);
        return FlushWait.flush(journal, experiments, testId)
                .map(stored -> stored
                        ? Response.ok(new Edits.StatusView(testId, "flushed")).build()
                        : Problem.unavailable(
                                "the database does not take results at present. Those recorded so far wait in"
                                        + " the journal and are stored when it does; flush again then, and see"
                                        + " understudy_journal_pending"));
    }

    @DELETE
    @Path("/{test_id}")
    @Operation(summary = "Delete a test", description = "Its results and its audit trail are kept, and so is its id.")
    @APIResponse(responseCode = "204", description = "Deleted")
    public Uni<Response> delete(@PathParam("test_id") String testId, @BeanParam Caller caller) {
        return experiments
                .delete(Queries.testId(testId), caller.actor(), caller.expectedGeneration())
                .map(edit -> Edits.answer(edit, test -> Response.noContent().build()));
    }

    @Schema(name = "SplitUpdated")
    record SplitUpdated(String testId, double trafficSplit, String status) {}
}
