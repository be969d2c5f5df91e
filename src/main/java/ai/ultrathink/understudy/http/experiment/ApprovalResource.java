package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.ApprovalState;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.ApprovalDecision;
import ai.ultrathink.understudy.rollout.Approvals;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What one person asked for and another has to approve. */
@NonBlocking
@Path("/api/v1/approvals")
@Tag(name = "Approvals", description = "Approve what another person asked for")
@Produces(MediaType.APPLICATION_JSON)
class ApprovalResource {

    private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    private final Approvals approvals;

    ApprovalResource(Approvals approvals) {
        this.approvals = approvals;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "List the approvals", description = "Newest first, without their reports.")
    @APIResponse(
            responseCode = "200",
            description = "The approvals",
            content = @Content(schema = @Schema(implementation = ApprovalRecord[].class)))
    public Uni<List<ApprovalRecord>> list(
            @QueryParam("state")
                    @Parameter(
                            description = "only those in this state",
                            schema = @Schema(enumeration = {"pending", "approved", "rejected", "stale", "expired"}))
                    @Nullable String state,
            @QueryParam("limit")
                    @DefaultValue("100")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "1000"))
                    String limit) {
        return approvals.newest(
                state == null ? null : ApprovalState.of(state), RequestParameters.number("limit", limit, 1, 1000));
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/{approval_id}")
    @Operation(
            summary = "Show an approval",
            description = "With the report on the test as it was when it was asked for.")
    @APIResponse(
            responseCode = "200",
            description = "The approval",
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> get(@PathParam("approval_id") String approvalId) {
        return approvals
                .find(id(approvalId))
                .map(found ->
                        found.map(approval -> Response.ok(approval).build()).orElseGet(() -> unknown(approvalId)));
    }

    @POST
    @RolesAllowed(Roles.APPROVER)
    @Path("/{approval_id}/approve")
    @Operation(
            summary = "Approve",
            description =
                    "What was asked for is done in the same transaction, if nothing has changed since: neither the test, its"
                            + " ramp or the promotion, nor the versions of its models. 403 for the person who asked, and for"
                            + " the one who changed the test last. 409 if it is not pending any more, or if it cannot be done"
                            + " now; a promotion needs the verdict of this moment, as it did when it was asked for.")
    @APIResponse(
            responseCode = "200",
            description = "Approved and done",
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> approve(@PathParam("approval_id") String approvalId, @BeanParam ChangeHeaders caller) {
        return decide(approvalId, id -> approvals.approve(id, caller.actor()));
    }

    @POST
    @RolesAllowed(Roles.APPROVER)
    @Path("/{approval_id}/reject")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Reject",
            description = "Nothing is done. 403 for the person who asked, and for the one who changed the test last.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = RejectBody.class),
                            examples = @ExampleObject(name = "a reason", value = RejectBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "Rejected",
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> reject(
            @PathParam("approval_id") String approvalId, @Nullable RejectBody body, @BeanParam ChangeHeaders caller) {
        String reason = RequestParameters.body(body).given();
        return decide(approvalId, id -> approvals.reject(id, caller.actor(), reason));
    }

    private static Uni<Response> decide(String approvalId, Function<UUID, Uni<ApprovalDecision>> decision) {
        return decision.apply(id(approvalId)).map(made -> switch (made) {
            case ApprovalDecision.Made(ApprovalRecord approval) ->
                Response.ok(approval).build();
            case ApprovalDecision.Unknown none -> unknown(approvalId);
            case ApprovalDecision.Forbidden(String why) -> Problem.forbidden(why);
            case ApprovalDecision.Refused(String why) -> Problem.conflict(why);
        });
    }

    /** What cannot be an id is no approval either. */
    private static UUID id(String approvalId) {
        return approvalId.matches(ID) ? UUID.fromString(approvalId) : new UUID(0, 0);
    }

    private static Response unknown(String approvalId) {
        return Problem.notFound(
                "approval " + approvalId + " does not exist; GET /api/v1/approvals shows those that do");
    }
}
