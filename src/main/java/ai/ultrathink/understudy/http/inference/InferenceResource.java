package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.http.inference.Inference.Named;
import ai.ultrathink.understudy.http.inference.Inferred.Cause;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.RequestId;
import ai.ultrathink.understudy.http.request.Roles;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The models, as the Open Inference Protocol asks for them. */
@NonBlocking
@Path("/v2/models/{model}")
@Tag(name = "Inference")
@Produces(MediaType.APPLICATION_JSON)
class InferenceResource {

    private static final String VERSION = "/versions/{version}";
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private final Inference inference;

    InferenceResource(Inference inference) {
        this.inference = inference;
    }

    @GET
    @RolesAllowed({Roles.CALLER, Roles.VIEWER})
    @Operation(
            summary = "Show what a model takes and answers",
            description = "Its tensors by name, type and shape; -1 stands for the number of rows.")
    @APIResponse(
            responseCode = "200",
            description = "Its inputs and outputs",
            content = @Content(schema = @Schema(implementation = ModelMetadata.class)))
    public Response model(@PathParam("model") String model) {
        return described(model, null);
    }

    @GET
    @Path(VERSION)
    @RolesAllowed({Roles.CALLER, Roles.VIEWER})
    @Operation(
            summary = "Show what a version of a model takes and answers",
            description = "As without a version, which has to be the one that is loaded.")
    @APIResponse(
            responseCode = "200",
            description = "Its inputs and outputs",
            content = @Content(schema = @Schema(implementation = ModelMetadata.class)))
    public Response modelVersion(@PathParam("model") String model, @PathParam("version") String version) {
        return described(model, version);
    }

    @GET
    @Path("/ready")
    @RolesAllowed({Roles.CALLER, Roles.VIEWER})
    @Operation(summary = "Whether a model answers", description = "By its state here: whether it is loaded and serves.")
    @APIResponse(
            responseCode = "200",
            description = "It does",
            content = @Content(schema = @Schema(implementation = ModelReadyView.class)))
    @APIResponse(
            responseCode = "503",
            description = "It does not",
            content = @Content(schema = @Schema(implementation = ModelReadyView.class)))
    public Response ready(@PathParam("model") String model) {
        return readiness(model, null);
    }

    @GET
    @Path(VERSION + "/ready")
    @RolesAllowed({Roles.CALLER, Roles.VIEWER})
    @Operation(
            summary = "Whether a version of a model answers",
            description = "As without a version, which has to be the one that is loaded.")
    @APIResponse(
            responseCode = "200",
            description = "It does",
            content = @Content(schema = @Schema(implementation = ModelReadyView.class)))
    @APIResponse(
            responseCode = "503",
            description = "It does not",
            content = @Content(schema = @Schema(implementation = ModelReadyView.class)))
    public Response readyVersion(@PathParam("model") String model, @PathParam("version") String version) {
        return readiness(model, version);
    }

    @POST
    @Path("/infer")
    @RolesAllowed(Roles.CALLER)
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Infer actions",
            description =
                    "A prediction for each row of the input, 64 at most, as POST /api/v1/predict makes them: the same tests apply."
                            + " If one row gets no answer, none does. Tensors may be bytes after the JSON (binary_data_size,"
                            + " binary_data, binary_data_output) with the header Inference-Header-Content-Length.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = InferenceSchemas.Request.class),
                            examples = @ExampleObject(name = "a request", value = InferenceSchemas.REQUEST)))
    @Parameter(
            name = RequestId.HEADER,
            in = ParameterIn.HEADER,
            description = RequestId.MEANING,
            schema = @Schema(implementation = String.class))
    @APIResponse(
            responseCode = "200",
            description = "The answers",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = InferenceSchemas.Answer.class),
                            examples = @ExampleObject(name = "an answer", value = InferenceSchemas.ANSWER)))
    public Uni<Response> infer(
            @PathParam("model") String model,
            @Parameter(description = "the bytes of the JSON, where tensors follow it as bytes")
                    @HeaderParam(JSON_LENGTH)
                    @Nullable String jsonLength,
            byte[] body) {
        return answered(model, null, jsonLength, body);
    }

    @POST
    @Path(VERSION + "/infer")
    @RolesAllowed(Roles.CALLER)
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Infer actions with a version of a model",
            description = "As without a version, which has to be the one that is loaded.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = InferenceSchemas.Request.class),
                            examples = @ExampleObject(name = "a request", value = InferenceSchemas.REQUEST)))
    @Parameter(
            name = RequestId.HEADER,
            in = ParameterIn.HEADER,
            description = RequestId.MEANING,
            schema = @Schema(implementation = String.class))
    @APIResponse(
            responseCode = "200",
            description = "The answers",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = InferenceSchemas.Answer.class),
                            examples = @ExampleObject(name = "an answer", value = InferenceSchemas.ANSWER)))
    public Uni<Response> inferVersion(
            @PathParam("model") String model,
            @PathParam("version") String version,
            @Parameter(description = "the bytes of the JSON, where tensors follow it as bytes")
                    @HeaderParam(JSON_LENGTH)
                    @Nullable String jsonLength,
            byte[] body) {
        return answered(model, version, jsonLength, body);
    }

    private Response described(String model, @Nullable String version) {
        return switch (inference.find(model, version)) {
            case Named.Loaded loaded ->
                Response.ok(ModelMetadata.of(model, loaded.signature())).build();
            case Named.Missing missing -> refused(missing.why());
        };
    }

    private Response readiness(String model, @Nullable String version) {
        return switch (inference.find(model, version)) {
            case Named.Loaded loaded ->
                Response.ok(new ModelReadyView(model, true)).build();
            case Named.Missing missing ->
                missing.why().cause() == Cause.UNAVAILABLE
                        ? Response.status(503)
                                .entity(new ModelReadyView(model, false))
                                .build()
                        : refused(missing.why());
        };
    }

    private Uni<Response> answered(String model, @Nullable String version, @Nullable String jsonLength, byte[] body) {
        String id = RequestId.kept();
        return inference
                .infer(model, version, () -> InferRequestReader.read(body, jsonLength), id)
                .map(inferred -> switch (inferred) {
                    case Inferred.Answered answered ->
                        identified(ok(answered), id == null ? RequestId.sane(answered.id()) : null);
                    case Inferred.Refused refused -> refused(refused);
                });
    }

    private static Response identified(Response answer, @Nullable String id) {
        return id == null
                ? answer
                : Response.fromResponse(answer).header(RequestId.HEADER, id).build();
    }

    private static Response ok(Inferred.Answered answered) {
        InferResponseWriter writer = new InferResponseWriter(answered);
        byte[] body = writer.body();
        return answered.hasBinary()
                ? Response.ok(body, MediaType.APPLICATION_OCTET_STREAM_TYPE)
                        .header(JSON_LENGTH, writer.jsonLength())
                        .build()
                : Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static Response refused(Inferred.Refused refused) {
        return switch (refused.cause()) {
            case INVALID -> Problem.badRequest(refused.detail());
            case NOT_FOUND -> Problem.notFound(refused.detail());
            case UNAVAILABLE -> Problem.unavailable(refused.detail());
        };
    }
}
