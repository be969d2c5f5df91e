package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditRecord;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.OptionalBodies;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.Promotions;
import ai.ultrathink.understudy.storage.audit.EventStore;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Operations that promote a treatment, revert a promotion, and show the audit trail. */
@NonBlocking
@Path("/api/v1/ab-test")
@Tag(name = "Tests")
@Produces(MediaType.APPLICATION_JSON)
class PromotionResource {

    private final Promotions promotions;
    private final EventStore events;
    private final OptionalBodies bodies;

    PromotionResource(Promotions promotions, EventStore events, OptionalBodies bodies) {
        this.promotions = promotions;
        this.events = events;
        this.bodies = bodies;
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}/promote")
    @Operation(
            summary = "Promote the treatment",
            description = "From now on the treatment answers for the control model's name, and the test is disabled."
                    + " Durable, audited, and taken back by DELETE. 409 with the verdict's reasons unless the verdict of this"
                    + " moment is promote, or the body gives a reason to promote anyway. 409 also for a test of some symbols only, because a"
                    + " promotion counts for all. Idempotent: a promotion"
                    + " in force is not changed, and the verdict is not checked again.")
    @RequestBody(
            description = "may be left out",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PromoteBody.class),
                            examples = @ExampleObject(name = "against the verdict", value = PromoteBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "Promoted",
            content = @Content(schema = @Schema(implementation = EditResponses.StatusView.class)))
    @APIResponse(
            responseCode = "202",
            description = EditResponses.AWAITING,
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> promote(
            @PathParam("test_id") String testId,
            @HeaderParam("Content-Type") @Parameter(hidden = true) @Nullable String contentType,
            byte @Nullable [] body,
            @BeanParam ChangeHeaders caller)
            throws IOException {
        // read here, because a call without a body may have any content type
        PromoteBody given = bodies.optional(contentType, body, PromoteBody.class);
        String id = RequestParameters.testId(testId);
        String override = given == null ? null : given.reason();
        return EditResponses.status(
                caller.change(id, (named, actor, generation) -> promotions.promote(named, override, actor, generation)),
                AuditAction.PROMOTED.wireName());
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{test_id}/promote")
    @Operation(
            summary = "Take a promotion back",
            description =
                    "The control model answers for its own name again. The test stays disabled. 409 when the promotion"
                            + " in force is another test's, and when nothing was promoted. Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "Taken back",
            content = @Content(schema = @Schema(implementation = EditResponses.StatusView.class)))
    @APIResponse(
            responseCode = "202",
            description = EditResponses.AWAITING,
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> revertPromotion(@PathParam("test_id") String testId, @BeanParam ChangeHeaders caller) {
        return EditResponses.status(
                caller.change(testId, promotions::revert), AuditAction.PROMOTION_REVERTED.wireName());
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/{test_id}/events")
    @Operation(summary = "Show the audit trail", description = "Newest first: who, when, what, from, to, generation.")
    @APIResponse(
            responseCode = "200",
            description = "The events",
            content = @Content(schema = @Schema(implementation = AuditRecord[].class)))
    public Uni<Response> events(
            @PathParam("test_id") String testId,
            @QueryParam("limit")
                    @DefaultValue("100")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "1000"))
                    String limit) {
        return events.newest(RequestParameters.testId(testId), RequestParameters.number("limit", limit, 1, 1000))
                .map(newest -> newest.isEmpty()
                        ? Problem.unknownExperiment(testId)
                        : Response.ok(newest).build());
    }
}
