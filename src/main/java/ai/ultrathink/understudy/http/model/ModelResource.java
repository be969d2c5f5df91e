package ai.ultrathink.understudy.http.model;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.fleet.Fleet;
import ai.ultrathink.understudy.fleet.Reloaded;
import ai.ultrathink.understudy.fleet.Reloads;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.inference.DryRun;
import ai.ultrathink.understudy.inference.ModelStatus;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.Json;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Operations on models, here and on the other replicas. */
@NonBlocking
@Path("/api/v1/models")
@Tag(name = "Models", description = "What is loaded, and what is not and why")
@Produces(MediaType.APPLICATION_JSON)
class ModelResource {

    private static final Logger LOG = Logger.getLogger(ModelResource.class);
    private static final String RELOADS = "/api/v1/models/reloads/";

    private final Models models;
    private final Fleet fleet;
    private final Reloads reloads;
    private final CatalogFollower experiments;

    ModelResource(Models models, Fleet fleet, Reloads reloads, CatalogFollower experiments) {
        this.reloads = reloads;
        this.models = models;
        this.fleet = fleet;
        this.experiments = experiments;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "List the models", description = "One entry per folder; a folder that does not load says why.")
    @APIResponse(
            responseCode = "200",
            description = "The models",
            content = @Content(schema = @Schema(implementation = ModelView[].class)))
    public List<ModelView> list() {
        return views();
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    @Path("/reload")
    @Operation(
            summary = "Read the models directory again",
            description =
                    "What has changed is loaded beside what serves, on every replica, and all switch at one moment, under the"
                            + " running requests. What does not load leaves the earlier version in place. Without other"
                            + " replicas, or when nothing has changed, the answer waits and is 200.")
    @APIResponse(
            responseCode = "200",
            description = "The models as they stand now",
            content = @Content(schema = @Schema(implementation = ModelView[].class)))
    @APIResponse(
            responseCode = "202",
            description = "The replicas are loading; GET /api/v1/models/reloads/{reload_id} says how far they are",
            content = @Content(schema = @Schema(implementation = ReloadView.class)))
    public Uni<Response> reload(@BeanParam ChangeHeaders caller) {
        String actor = caller.actor();
        LogFields.of(LogFields.ACTOR, actor).tell(() -> LOG.info("models reloaded by " + Json.encode(actor)));
        return reloads.reload(actor).chain(reloaded -> switch (reloaded) {
            case Reloaded.Unchanged unchanged ->
                Uni.createFrom().item(Response.ok(views()).build());
            // the experiments that it touched are at another generation
            case Reloaded.Done done ->
                experiments
                        .refresh()
                        .onFailure()
                        .recoverWithNull()
                        .map(known -> Response.ok(views()).build());
            case Reloaded.Underway underway ->
                Uni.createFrom()
                        .item(Response.accepted(ReloadView.of(underway.status()))
                                .header(
                                        "Location",
                                        RELOADS + underway.status().reload().id())
                                .build());
        });
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/reloads/{reload_id}")
    @Operation(summary = "Show a reload", description = "How far each replica is with each model.")
    @APIResponse(
            responseCode = "200",
            description = "The reload",
            content = @Content(schema = @Schema(implementation = ReloadView.class)))
    public Uni<Response> reload(@PathParam("reload_id") String reloadId) {
        return id(reloadId)
                .map(reloads::find)
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .map(found -> found.map(
                                status -> Response.ok(ReloadView.of(status)).build())
                        .orElseGet(() -> Problem.notFound(
                                "reload " + reloadId + " does not exist; POST /api/v1/models/reload begins one")));
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{name}/dry-run")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Show what a model answers",
            description =
                    "The network's own numbers for some features, and what the service reads from them. The model is asked"
                            + " as a treatment, after the requests of control; nothing is recorded.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = DryRunBody.class),
                            examples = @ExampleObject(name = "a row", value = DryRunBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The answer, or what is wrong with it",
            content = @Content(schema = @Schema(implementation = DryRunView.class)))
    @APIResponse(
            responseCode = "503",
            description = "The model is not loaded, or too many requests wait for it",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<Response> dryRun(@PathParam("name") String name, @Nullable DryRunBody body) {
        Features features = RequestParameters.body(body).given();
        return models.dryRun(name, features)
                .map(asked -> asked.map(ModelResource::shown))
                .orElseGet(() -> Uni.createFrom().item(notServing(name)));
    }

    private static Response shown(DryRun dry) {
        return dry.outcome() instanceof Outcome.Rejected rejected
                ? Problem.unavailable(rejected.detail())
                : Response.ok(DryRunView.of(dry)).build();
    }

    private Response notServing(String name) {
        if (!models.loaded()) {
            return Problem.unavailable("the models are still being loaded");
        }
        return models.status().stream()
                .filter(model -> model.name().equals(name) && model.state() != ModelStatus.State.IGNORED)
                .findFirst()
                .map(model -> Problem.unavailable("model " + name + " does not answer: " + model.reason()))
                .orElseGet(() ->
                        Problem.notFound("model " + name + " does not exist; GET /api/v1/models lists those that do"));
    }

    private static Optional<UUID> id(String reloadId) {
        try {
            return Optional.of(UUID.fromString(reloadId));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<ModelView> views() {
        return models.status().stream()
                .map(status -> ModelView.of(status, fleet))
                .toList();
    }
}
