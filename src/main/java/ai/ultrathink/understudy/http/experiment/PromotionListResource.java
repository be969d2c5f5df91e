package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The promotions in force. */
@NonBlocking
@Path("/api/v1/promotions")
@Tag(name = "Tests")
@Produces(MediaType.APPLICATION_JSON)
class PromotionListResource {

    private final CatalogFollower experiments;

    PromotionListResource(CatalogFollower experiments) {
        this.experiments = experiments;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(
            summary = "List the promotions in force",
            description =
                    "By the model name that callers ask for: the model that answers, since when, from which test, by whom,"
                            + " and the reason if the verdict was not promote. Includes those of deleted tests.")
    @APIResponse(
            responseCode = "200",
            description = "The promotions",
            content = @Content(schema = @Schema(implementation = Promotion[].class)))
    public List<Promotion> list() {
        RequestParameters.requireKnown(experiments);
        return experiments.current().promotions();
    }
}
