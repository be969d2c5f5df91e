package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.problem.ProblemException;
import ai.ultrathink.understudy.http.request.RequestId;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.trace.NoTrace;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trace.Step;
import ai.ultrathink.understudy.trace.Tracing;
import ai.ultrathink.understudy.trial.Reply;
import ai.ultrathink.understudy.trial.Route;
import ai.ultrathink.understudy.trial.Trial;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
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

/** POST /api/v1/predict */
@NonBlocking
@Path(PredictionResource.PATH)
@Tag(name = "Prediction", description = "Ask a model; a test may decide which one answers")
class PredictionResource {

    static final String PATH = "/api/v1/predict";

    private final Trial trial;
    private final NoArgGenerator requestIds;
    private final Tracing tracing;

    PredictionResource(Trial trial, NoArgGenerator requestIds, Tracing tracing) {
        this.trial = trial;
        this.requestIds = requestIds;
        this.tracing = tracing;
    }

    @POST
    @RolesAllowed(Roles.CALLER)
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Predict an action",
            description =
                    "The test named by test_id applies; else the enabled test whose control model is the requested"
                            + " model; else none. In shadow mode both models run and control's answer is returned as soon as it is"
                            + " there; in a traffic split unit_id decides which one runs.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PredictionSchemas.Request.class),
                            examples = @ExampleObject(name = "a request", value = PredictionSchemas.REQUEST)))
    @Parameter(
            name = RequestId.HEADER,
            in = ParameterIn.HEADER,
            description = RequestId.MEANING,
            schema = @Schema(implementation = String.class))
    @APIResponse(
            responseCode = "200",
            description = "The answer",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PredictionSchemas.Answer.class),
                            examples = @ExampleObject(name = "an answer", value = PredictionSchemas.ANSWER)))
    @APIResponse(
            responseCode = "400",
            description = "The body is not a prediction request; the detail names the field",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "too few features", value = PredictionSchemas.PROBLEM)))
    @APIResponse(
            responseCode = "404",
            description = "test_id names no test",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "Control gave no answer; a treatment's answer is never given in its place",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<byte[]> predict(byte[] body, HttpServerResponse response) {
        String id = RequestId.kept();
        RequestTrace trace = tracing.current();
        PredictionRequest request = trace.step(Step.DECODE, () -> read(body, id, trace));
        return trial.answer(request).map(reply -> answer(reply, own(id, request), response));
    }

    private PredictionRequest read(byte[] body, @Nullable String id, RequestTrace trace) {
        return PredictionReader.read(
                body, () -> id == null ? requestIds.generate().toString() : id, trace);
    }

    @POST
    @RolesAllowed(Roles.CALLER)
    @Path("/explain")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Explain where a prediction would go",
            description =
                    "Takes the body of a prediction and runs no model: which test applies, which group the unit draws"
                            + " and why. Nothing is recorded.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PredictionSchemas.Request.class),
                            examples = @ExampleObject(name = "a request", value = PredictionSchemas.REQUEST)))
    @Parameter(
            name = RequestId.HEADER,
            in = ParameterIn.HEADER,
            description = RequestId.MEANING,
            schema = @Schema(implementation = String.class))
    @APIResponse(
            responseCode = "200",
            description = "Test, group and bucket; null where no test applies",
            content = @Content(schema = @Schema(implementation = ExplanationView.class)))
    public Response explain(byte[] body, HttpServerResponse response) {
        String id = RequestId.kept();
        PredictionRequest request = read(body, id, NoTrace.NONE);
        return switch (trial.explain(request)) {
            case Route.Plain plain ->
                Response.ok(ExplanationView.of(request, plain)).build();
            case Route.OnTrial onTrial ->
                Response.ok(ExplanationView.of(request, onTrial)).build();
            case Route.Refused refused ->
                Response.ok(answer(refused.reply(), own(id, request), response)).build();
        };
    }

    /** @param id for the answer's header; null if it has one */
    private static byte[] answer(Reply reply, @Nullable String id, HttpServerResponse response) {
        return switch (reply) {
            case Reply.Served served -> {
                if (id != null) {
                    // on the server's own response: that of REST costs a tenth of what a prediction allocates
                    response.putHeader(RequestId.NAME, id);
                }
                yield PredictionWriter.write(served);
            }
            case Reply.Unfit unfit -> throw problem(Problem.badRequest(unfit.detail()), id);
            case Reply.UnknownExperiment unknown -> throw problem(Problem.unknownExperiment(unknown.testId()), id);
            case Reply.Unavailable unavailable -> throw problem(Problem.unavailable(unavailable.detail()), id);
        };
    }

    private static ProblemException problem(Response problem, @Nullable String id) {
        return new ProblemException(
                id == null
                        ? problem
                        : Response.fromResponse(problem)
                                .header(RequestId.HEADER, id)
                                .build());
    }

    /** The id of a prediction whose caller sent none in the header, if a header can hold it. */
    private static @Nullable String own(@Nullable String given, PredictionRequest request) {
        return given == null ? RequestId.sane(request.requestId()) : null;
    }
}
