package ai.ultrathink.understudy.http.outcome;

import ai.ultrathink.understudy.http.outcome.OutcomesAnswer.RejectedItem;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.storage.outcomes.OutcomeStore;
import ai.ultrathink.understudy.storage.outcomes.TakenOutcomes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes what the market made of predictions. */
@NonBlocking
@Path("/api/v1/outcomes")
@Tag(name = "Outcomes")
@Produces(MediaType.APPLICATION_JSON)
class OutcomeResource {

    private final OutcomeStore store;
    private final Counter accepted;
    private final Counter waiting;
    private final Counter duplicates;
    private final Counter rejected;

    OutcomeResource(OutcomeStore store, MeterRegistry meters) {
        this.store = store;
        this.accepted = ServiceMetric.OUTCOMES.counter(meters, "result", "accepted");
        this.waiting = ServiceMetric.OUTCOMES.counter(meters, "result", "waiting");
        this.duplicates = ServiceMetric.OUTCOMES.counter(meters, "result", "duplicate");
        this.rejected = ServiceMetric.OUTCOMES.counter(meters, "result", "rejected");
    }

    @POST
    @RolesAllowed(Roles.CALLER)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Report what the market made of predictions",
            description =
                    "Up to 1,000 outcomes, of single requests or of a symbol in a range of time. They may come in any order, late,"
                            + " before their prediction is stored, and again. 200 means that what was accepted is in the"
                            + " database. Items that make no sense are listed in rejected, and all others are taken. 503: nothing"
                            + " is known to be stored; send the whole batch again.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = OutcomesBody.class),
                            examples = @ExampleObject(name = "both kinds", value = OutcomesBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "What came of them",
            content = @Content(schema = @Schema(implementation = OutcomesAnswer.class)))
    public Uni<OutcomesAnswer> take(byte @Nullable [] body) {
        // a full batch takes some milliseconds, which predictions on the same event loop would wait
        return Uni.createFrom()
                .<OutcomeReader.Batch>emitter(emitter -> {
                    try {
                        emitter.complete(OutcomeReader.read(body));
                    } catch (IOException e) {
                        emitter.fail(e);
                    }
                })
                .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                .chain(batch -> store.take(batch.sound()).map(taken -> answer(taken, batch.rejected())))
                .invoke(this::count);
    }

    private static OutcomesAnswer answer(TakenOutcomes taken, List<RejectedItem> senseless) {
        return new OutcomesAnswer(
                taken.accepted(),
                taken.duplicates(),
                taken.waiting(),
                Stream.concat(
                                senseless.stream(),
                                taken.rejected().stream().map(each -> new RejectedItem(each.place(), detail(each))))
                        .sorted(Comparator.comparingInt(RejectedItem::index))
                        .toList());
    }

    private static String detail(TakenOutcomes.Rejected item) {
        String place = "outcomes[" + item.place() + "].";
        return switch (item.fault()) {
            case EARLY ->
                place
                        + "observed_at: got a time before the prediction; allowed: a time after it, for nothing is known of its"
                        + " outcome before";
            case FULL ->
                place
                        + "request_id: got one that is not stored, and as many outcomes wait for their predictions as may; send it"
                        + " again when its prediction is stored, and see understudy.outcomes.max-waiting";
        };
    }

    private void count(OutcomesAnswer answer) {
        accepted.increment((double) (answer.accepted() - answer.waiting()));
        waiting.increment((double) answer.waiting());
        duplicates.increment((double) answer.duplicates());
        rejected.increment(answer.rejected().size());
    }
}
