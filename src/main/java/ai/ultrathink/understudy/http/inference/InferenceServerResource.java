package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.http.request.Roles;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The server, as the Open Inference Protocol asks for it. */
@NonBlocking
@Path("/v2")
@Tag(
        name = "Inference",
        description = "The Open Inference Protocol, version 2; also over gRPC, as inference.GRPCInferenceService")
@Produces(MediaType.APPLICATION_JSON)
class InferenceServerResource {

    private static final int NOT_READY = 503;

    private final ServerState server;

    InferenceServerResource(ServerState server) {
        this.server = server;
    }

    @GET
    @RolesAllowed({Roles.CALLER, Roles.VIEWER})
    @Operation(summary = "Show the server", description = "For clients that ask which extensions it knows.")
    @APIResponse(
            responseCode = "200",
            description = "Its name, version and extensions of the protocol",
            content = @Content(schema = @Schema(implementation = ServerView.class)))
    public ServerView metadata() {
        return server.server();
    }

    @GET
    @PermitAll
    @Path("/health/live")
    @Operation(summary = "Whether the process can serve", description = "As /q/health/live says.")
    @APIResponse(
            responseCode = "200",
            description = "It can",
            content = @Content(schema = @Schema(implementation = LiveView.class)))
    @APIResponse(
            responseCode = "503",
            description = "It cannot",
            content = @Content(schema = @Schema(implementation = LiveView.class)))
    public Uni<Response> live() {
        return server.live().map(live -> response(live, new LiveView(live)));
    }

    @GET
    @PermitAll
    @Path("/health/ready")
    @Operation(summary = "Whether the server is ready", description = "As /q/health/ready says.")
    @APIResponse(
            responseCode = "200",
            description = "It is",
            content = @Content(schema = @Schema(implementation = ReadyView.class)))
    @APIResponse(
            responseCode = "503",
            description = "It is not",
            content = @Content(schema = @Schema(implementation = ReadyView.class)))
    public Uni<Response> ready() {
        return server.ready().map(ready -> response(ready, new ReadyView(ready)));
    }

    private static Response response(boolean up, Object view) {
        return Response.status(up ? 200 : NOT_READY).entity(view).build();
    }
}
