package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.analysis.window.ActionTable;
import ai.ultrathink.understudy.analysis.window.OutcomeCurve;
import ai.ultrathink.understudy.analysis.window.WindowAnalysis;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.evidence.SplitCheck;
import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.ModelCompatibility;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Statistics of an experiment's results. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}")
@Tag(name = "Results", description = "Statistics, actions, disagreements and the observed split of a test")
@Produces(MediaType.APPLICATION_JSON)
class ResultResource {

    private final CatalogFollower experiments;
    private final WindowAnalysis analysis;
    private final ModelCompatibility fitness;

    ResultResource(CatalogFollower experiments, WindowAnalysis analysis, ModelCompatibility fitness) {
        this.fitness = fitness;
        this.experiments = experiments;
        this.analysis = analysis;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/stats")
    @Operation(
            summary = "Statistics of both arms and how they compare",
            description =
                    "Arms by assignment; means and quantiles over the answers of the arm's own model; agreement over"
                            + " requests that both answered. Without data: counts 0, figures null.")
    @APIResponse(
            responseCode = "200",
            description = "The statistics",
            content = @Content(schema = @Schema(implementation = WindowStatistics.class)))
    public Uni<OfExperiment<WindowStatistics>> stats(
            @PathParam("test_id") String testId,
            @QueryParam("hours_back")
                    @DefaultValue("24")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "2160"))
                    String hoursBack) {
        int hours = RequestParameters.hours(hoursBack);
        return ofExperiment(testId, () -> analysis.statistics(testId, hours));
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/actions")
    @Operation(
            summary = "Actions of both arms",
            description = "Counts per arm, and for shadow rows the matrix control's action × treatment's action.")
    @APIResponse(
            responseCode = "200",
            description = "The counts",
            content = @Content(schema = @Schema(implementation = ActionTable.class)))
    public Uni<OfExperiment<ActionTable>> actions(
            @PathParam("test_id") String testId,
            @QueryParam("hours_back")
                    @DefaultValue("24")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "2160"))
                    String hoursBack) {
        int hours = RequestParameters.hours(hoursBack);
        return RequestParameters.recorded(experiments, testId)
                .chain(experiment -> analysis.actions(
                                testId,
                                hours,
                                fitness.actions(experiment.experiment(), experiments.current())
                                        .orElse(Actions.USUAL))
                        .map(found -> OfExperiment.of(experiment, found)));
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/outcomes")
    @Operation(
            summary = "What both models earned, block by block",
            description =
                    "The blocks of the outcome plan that lie in the last hours or end in them, oldest first, as means per decision"
                            + " with an outcome. Blocks that are not closed change; of their decisions the oldest 10,000 of each pair of"
                            + " versions count. Empty without a plan.")
    @APIResponse(
            responseCode = "200",
            description = "The blocks",
            content = @Content(schema = @Schema(implementation = OutcomeCurve.class)))
    public Uni<OfExperiment<OutcomeCurve>> outcomes(
            @PathParam("test_id") String testId,
            @QueryParam("hours_back")
                    @DefaultValue("24")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "2160"))
                    String hoursBack) {
        int hours = RequestParameters.hours(hoursBack);
        return ofExperiment(testId, () -> analysis.outcomes(testId, hours));
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/disagreements")
    @Operation(
            summary = "Where the models disagree",
            description =
                    "The newest shadow rows whose actions differ. next is the value of before for the next page, and"
                            + " null on the last.")
    @APIResponse(
            responseCode = "200",
            description = "A page of rows",
            content = @Content(schema = @Schema(implementation = DisagreementPage.class)))
    public Uni<OfExperiment<DisagreementPage>> disagreements(
            @PathParam("test_id") String testId,
            @QueryParam("limit")
                    @DefaultValue("50")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "1000"))
                    String limit,
            @QueryParam("before") @Parameter(description = "the value of next of the preceding page") @Nullable String before) {
        int rows = RequestParameters.number("limit", limit, 1, 1000);
        PageKey key = before == null ? PageKey.FIRST : PageKey.parse(before);
        return ofExperiment(
                testId,
                () -> analysis.disagreements(testId, key.time(), key.rowId(), rows + 1)
                        .map(found -> DisagreementPage.of(testId, found, rows)));
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/verify-split")
    @Operation(
            summary = "Configured and observed split",
            description = "Expected is what was configured when each row was made; tolerance 0.02.")
    @APIResponse(
            responseCode = "200",
            description = "The comparison",
            content = @Content(schema = @Schema(implementation = SplitCheck.class)))
    public Uni<OfExperiment<SplitCheck>> verifySplit(
            @PathParam("test_id") String testId,
            @QueryParam("hours_back")
                    @DefaultValue("1")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "2160"))
                    String hoursBack) {
        int hours = RequestParameters.hours(hoursBack);
        return ofExperiment(testId, () -> analysis.split(testId, hours));
    }

    private <T> Uni<OfExperiment<T>> ofExperiment(String testId, Supplier<Uni<T>> shown) {
        return RequestParameters.recorded(experiments, testId)
                .chain(experiment -> shown.get().map(found -> OfExperiment.of(experiment, found)));
    }
}
