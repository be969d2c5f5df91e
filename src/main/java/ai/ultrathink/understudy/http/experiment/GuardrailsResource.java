package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditRecord;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.ChangeHeaders;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.LimitChanges;
import ai.ultrathink.understudy.rollout.Replay;
import ai.ultrathink.understudy.storage.audit.EventStore;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Guardrails of an experiment, and the decisions that rest on them. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}")
@Tag(name = "Guardrails", description = "Limits that a treatment must keep, and the decisions that rest on them")
@Produces(MediaType.APPLICATION_JSON)
class GuardrailsResource {

    private static final String EVENT_ID = "[0-9]{1,18}";

    private final CatalogFollower catalog;
    private final ExperimentCommands experiments;
    private final LimitChanges limits;
    private final EventStore events;

    GuardrailsResource(
            CatalogFollower catalog, ExperimentCommands experiments, LimitChanges limits, EventStore events) {
        this.catalog = catalog;
        this.experiments = experiments;
        this.limits = limits;
        this.events = events;
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Path("/guardrails")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Change limits",
            description =
                    "Fields that the body leaves out keep their values. The evidence so far is evaluated with the new limits. A"
                            + " guardrail whose limit changes starts again: what was remembered of the former limit, such as a"
                            + " breach, does not count for the new one; with another alpha, none of it counts. The promise of"
                            + " alpha is for limits that were chosen before the results were seen.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = GuardrailsBody.class),
                            examples = @ExampleObject(name = "one limit", value = GuardrailsBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The test",
            content = @Content(schema = @Schema(implementation = ExperimentView.class)))
    @APIResponse(
            responseCode = "202",
            description = EditResponses.AWAITING,
            content = @Content(schema = @Schema(implementation = ApprovalRecord.class)))
    public Uni<Response> update(
            @PathParam("test_id") String testId, @Nullable GuardrailsBody body, @BeanParam ChangeHeaders caller) {
        GuardrailsBody given = RequestParameters.body(body);
        return EditResponses.show(
                caller.change(
                        testId,
                        (named, actor, generation) -> limits.updateGuardrails(named, given::over, actor, generation)),
                experiment -> ExperimentView.of(experiment, catalog.current()));
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/guardrails/{guardrail}/clear")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Clear a breach",
            description =
                    "A breach is remembered, and is in the way of a promotion, although later data may look better. This"
                            + " takes it back, for a reason that is recorded. Afterwards only evidence that comes in"
                            + " addition counts against this guardrail. 409 if no breach awaits a person.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = ClearBody.class),
                            examples = @ExampleObject(name = "a reason", value = ClearBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "Cleared",
            content = @Content(schema = @Schema(implementation = EditResponses.StatusView.class)))
    public Uni<Response> clear(
            @PathParam("test_id") String testId,
            @PathParam("guardrail") @Parameter(description = "such as agreement") String guardrail,
            @Nullable ClearBody body,
            @BeanParam ChangeHeaders caller) {
        Optional<GuardrailMetric> metric = GuardrailMetric.find(guardrail);
        if (metric.isEmpty()) {
            return Uni.createFrom().item(unknownGuardrail(guardrail));
        }
        String reason = RequestParameters.body(body).given();
        return EditResponses.status(
                caller.change(
                        testId,
                        (named, actor, generation) ->
                                experiments.clearGuardrail(named, metric.get(), reason, actor, generation)),
                AuditAction.GUARDRAIL_CLEARED.wireName());
    }

    private static Response unknownGuardrail(String guardrail) {
        return Problem.notFound("there is no guardrail " + guardrail + "; there are "
                + Arrays.stream(GuardrailMetric.values())
                        .map(GuardrailMetric::wireName)
                        .collect(Collectors.joining(", ")));
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/events/{event_id}/replay")
    @Operation(
            summary = "Evaluate a decision again",
            description =
                    "Repeats the evaluation of a decision from the evidence stored with its event, and compares it with the"
                            + " evaluation stored there, figure by figure.")
    @APIResponse(
            responseCode = "200",
            description = "Both evaluations, and whether they are the same",
            content = @Content(schema = @Schema(implementation = Replay.class)))
    public Uni<Response> replay(@PathParam("test_id") String testId, @PathParam("event_id") String eventId) {
        if (!eventId.matches(EVENT_ID)) {
            return Uni.createFrom().item(unknownEvent(testId, eventId));
        }
        return events.find(RequestParameters.testId(testId), Long.parseLong(eventId))
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(found -> found.map(GuardrailsResource::replay).orElseGet(() -> unknownEvent(testId, eventId)));
    }

    private static Response replay(AuditRecord event) {
        if (event.evidence() == null) {
            return Problem.conflict("event " + event.eventId() + " (" + event.action()
                    + ") carries no evidence; only decisions based on evidence do");
        }
        try {
            return Response.ok(Replay.of(event.eventId(), event.evidence())).build();
        } catch (IllegalArgumentException e) {
            return Problem.conflict("event " + event.eventId() + ": " + e.getMessage());
        }
    }

    private static Response unknownEvent(String testId, String eventId) {
        return Problem.notFound("test " + testId + " has no event " + eventId + "; GET /api/v1/ab-test/" + testId
                + "/events shows them");
    }
}
