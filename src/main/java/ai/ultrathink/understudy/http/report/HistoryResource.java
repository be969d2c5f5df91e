package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.storage.experiment.HistoryStore;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the evaluations of an experiment found over its life. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}/history")
@Tag(name = "Results")
@Produces(MediaType.APPLICATION_JSON)
class HistoryResource {

    private final CatalogFollower experiments;
    private final HistoryStore history;

    HistoryResource(CatalogFollower experiments, HistoryStore history) {
        this.experiments = experiments;
        this.history = history;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(
            summary = "Verdicts and guardrails over the life of a test",
            description =
                    "A point is kept when the verdict, a state or the generation changes, and otherwise every 15 s while the test"
                            + " runs; about 720 at most, the older ones thinned. Where there are more than asked for, those at which"
                            + " something changed come first, and the others are spread evenly.")
    @APIResponse(
            responseCode = "200",
            description = "The points, oldest first",
            content = @Content(schema = @Schema(implementation = HistoryView.class)))
    public Uni<OfExperiment<HistoryView>> history(
            @PathParam("test_id") String testId,
            @QueryParam("points")
                    @DefaultValue("240")
                    @Parameter(
                            description = "the most points to show",
                            schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "1000"))
                    String points) {
        int most = RequestParameters.number("points", points, 1, 1000);
        return RequestParameters.recorded(experiments, testId)
                .chain(experiment -> history.shown(testId, most)
                        .map(found -> OfExperiment.of(experiment, HistoryView.of(testId, found))));
    }
}
