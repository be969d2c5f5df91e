package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How things stand with all experiments. */
@NonBlocking
@Path("/api/v1/overview")
@Tag(name = "Tests")
@Produces(MediaType.APPLICATION_JSON)
class OverviewResource {

    private final CatalogFollower experiments;
    private final SharedOverview overview;

    OverviewResource(CatalogFollower experiments, SharedOverview overview) {
        this.experiments = experiments;
        this.overview = overview;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(
            summary = "How things stand with all tests",
            description =
                    "All tests that are not deleted: those that need a person first, by urgency, then the newest. Nothing is evaluated"
                            + " for it: verdicts and states are those of the last evaluation that was kept. The answer may be a second"
                            + " old. With If-None-Match it is 304 while nothing has changed.")
    @APIResponse(
            responseCode = "200",
            description = "The tests; the ETag is of the whole answer",
            content = @Content(schema = @Schema(implementation = OverviewView[].class)))
    @APIResponse(responseCode = "304", description = "Nothing has changed")
    public Uni<Response> overview(@Context Request request) {
        RequestParameters.requireKnown(experiments);
        return overview.answer().map(answer -> response(answer, request));
    }

    private static Response response(SharedOverview.Answer answer, Request request) {
        Response.@Nullable ResponseBuilder unchanged = request.evaluatePreconditions(answer.tag());
        return (unchanged == null ? Response.ok(answer.body(), MediaType.APPLICATION_JSON) : unchanged)
                .tag(answer.tag())
                .build();
    }
}
