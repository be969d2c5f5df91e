package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** What changes, as it changes. */
@NonBlocking
@Path("/api/v1/overview/changes")
@Tag(name = "Tests")
class ChangesResource {

    /** A credential that has ended counts no longer than this. */
    private static final int LONGEST_SECONDS = 60;

    private final ChangeStreams streams;

    ChangesResource(ChangeStreams streams) {
        this.streams = streams;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    // nginx, and what follows it, holds answers back otherwise
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    @Operation(
            summary = "Follow what changes",
            description =
                    "Server-sent events: which tests are not as they were in GET /api/v1/overview, and whether a model is not. One comes"
                            + " every 3 s even if nothing has changed, so a caller without one for 10 s has lost the service. The"
                            + " stream ends after the time asked for, and when the service stops. Connect again then, and read what is"
                            + " shown again, since what changed in between is not told. A caller that reads too slowly is dropped.")
    @APIResponse(
            responseCode = "200",
            description = "An event each time something has changed, and every 3 s",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = ChangesView.class)))
    @APIResponse(
            responseCode = "503",
            description =
                    "As many streams are open as may be, or the service is stopping; poll GET /api/v1/overview instead")
    public Multi<ChangesView> changes(
            @QueryParam("seconds")
                    @DefaultValue("60")
                    @Parameter(
                            description = "how long the stream lasts",
                            schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "60"))
                    String seconds) {
        Duration lasts = Duration.ofSeconds(RequestParameters.number("seconds", seconds, 1, LONGEST_SECONDS));
        return streams.stream(lasts)
                .orElseThrow(() -> new WebApplicationException(Problem.unavailable(
                        "as many streams are open as this replica allows (understudy.changes.max-streams), or it is stopping; poll"
                                + " GET /api/v1/overview, and try again later")));
    }
}
