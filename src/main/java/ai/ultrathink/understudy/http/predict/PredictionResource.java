package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.trial.Reply;
import ai.ultrathink.understudy.trial.Route;
import ai.ultrathink.understudy.trial.Trial;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
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

/** POST /api/v1/predict */
@NonBlocking
@Path("/api/v1/predict")
@Tag(name = "Prediction", description = "Ask a model; a test may decide which one answers")
class PredictionResource {

    private final Trial trial;
    private final NoArgGenerator requestIds;

    PredictionResource(Trial trial, NoArgGenerator requestIds) {
        this.trial = trial;
        this.requestIds = requestIds;
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
    public Uni<Response> predict(byte[] body) {
        PredictionRequest request =
                PredictionReader.read(body, () -> requestIds.generate().toString());
        return trial.answer(request).map(PredictionResource::response);
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
    @APIResponse(
            responseCode = "200",
            description = "Test, group and bucket; null where no test applies",
            content = @Content(schema = @Schema(implementation = ExplanationView.class)))
    public Response explain(byte[] body) {
        PredictionRequest request =
                PredictionReader.read(body, () -> requestIds.generate().toString());
        return switch (trial.explain(request)) {
            case Route.Plain plain ->
                Response.ok(ExplanationView.of(request, plain)).build();
            case Route.OnTrial onTrial ->
                Response.ok(ExplanationView.of(request, onTrial)).build();
            case Route.Refused refused -> response(refused.reply());
        };
    }

    private static Response response(Reply reply) {
        return switch (reply) {
            case Reply.Served served ->
                Response.ok(PredictionWriter.write(served), MediaType.APPLICATION_JSON_TYPE)
                        .build();
            case Reply.Unfit unfit -> Problem.badRequest(unfit.detail());
            case Reply.UnknownExperiment unknown -> Problem.unknownExperiment(unknown.testId());
            case Reply.Unavailable unavailable -> Problem.unavailable(unavailable.detail());
        };
    }
}
