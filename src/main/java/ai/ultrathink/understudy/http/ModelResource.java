package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.inference.ModelStatus;
import ai.ultrathink.understudy.inference.Models;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The models directory. */
@NonBlocking
@Path("/api/v1/models")
@Tag(name = "Models", description = "What is loaded, and what is not and why")
@Produces(MediaType.APPLICATION_JSON)
class ModelResource {

    private final Models models;

    ModelResource(Models models) {
        this.models = models;
    }

    @GET
    @Operation(summary = "List the models", description = "One entry per folder; a folder that does not load says why.")
    @APIResponse(
            responseCode = "200",
            description = "The models",
            content = @Content(schema = @Schema(implementation = ModelView[].class)))
    public List<ModelView> list() {
        return views(models.status());
    }

    @POST
    @Path("/reload")
    @Operation(
            summary = "Read the models directory again",
            description =
                    "A changed model is swapped under the running requests; one that does not load leaves the earlier"
                            + " version in place.")
    @APIResponse(
            responseCode = "200",
            description = "The models as they stand now",
            content = @Content(schema = @Schema(implementation = ModelView[].class)))
    public Uni<List<ModelView>> reload() {
        return models.reload().map(ModelResource::views);
    }

    private static List<ModelView> views(List<ModelStatus> status) {
        return status.stream().map(ModelView::of).toList();
    }

    /** A folder of the models directory. */
    @Schema(name = "Model")
    record ModelView(
            String name,
            @Nullable String version,
            @Nullable Long parameters,
            @Nullable Integer inputSize,
            String device,
            @Nullable Instant loadedAt,

            @Schema(enumeration = {"loaded", "stale", "failed", "withheld"})
            String state,

            @Schema(description = "why the folder does not load") @Nullable String reason,

            @Schema(
                    description = "how requests run together in one pass, found out when it was loaded",
                    examples = {"blocks of 64", "row by row"})
            @Nullable String batching,

            @Schema(description = "why they do not run in larger batches") @Nullable String note) {

        static ModelView of(ModelStatus status) {
            return new ModelView(
                    status.name(),
                    status.version(),
                    status.parameters(),
                    status.inputSize(),
                    "cpu",
                    status.loadedAt(),
                    status.state().name().toLowerCase(Locale.ROOT),
                    status.reason(),
                    status.batching(),
                    status.note());
        }
    }
}
