package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trace.Step;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The flow of one prediction: which experiment applies? is there room? ask the models, tell the observers, answer.
 *
 * <p>Waits for nothing but the models, and never gives a treatment's answer where control's was due.
 */
@ApplicationScoped
public class Trial {

    private final Router router;
    private final Admission admission;
    private final ServingMode modes;
    private final PredictionObserver observers;
    private final TrialConfig config;
    private final TimeSource time;
    private final NoArgGenerator rowIds;

    @Inject
    Trial(
            Router router,
            Admission admission,
            ServingModes modes,
            Observers observers,
            TrialConfig config,
            TimeSource time,
            NoArgGenerator rowIds) {
        this.router = router;
        this.admission = admission;
        this.modes = modes;
        this.observers = observers;
        this.config = config;
        this.time = time;
        this.rowIds = rowIds;
    }

    /** Answers a request. The Uni never fails. */
    public Uni<Reply> answer(PredictionRequest request) {
        return switch (request.trace().step(Step.ROUTE, () -> router.route(request))) {
            case Route.Refused refused -> Uni.createFrom().item(refused.reply());
            case Route.Plain plain -> admitted(() -> plain(request, plain.control()));
            case Route.OnTrial trial -> admitted(() -> onTrial(exposure(request, trial)));
        };
    }

    /** Where a request would go. No model is asked and nothing is recorded. */
    public Route explain(PredictionRequest request) {
        return router.route(request);
    }

    /**
     * An admitted request is answered and recorded whether or not its caller still waits: callers hang up on the slow answers, and
     * without those a slow treatment would look quick.
     */
    private Uni<Reply> admitted(Supplier<Uni<? extends Reply>> answer) {
        // an emitter, because that does not pass on that its caller has gone
        return Uni.createFrom().emitter(caller -> {
            Admission.Place place = admission.enter();
            if (place == null) {
                caller.complete(new Reply.Unavailable("the replica is at capacity; try again, or start more replicas"));
                return;
            }
            // also called after the answer, when the place has been left
            caller.onTermination(place::callerGone);
            Uni.createFrom()
                    .deferred(answer)
                    .onTermination()
                    .invoke(place::leave)
                    .subscribe()
                    .with(caller::complete, caller::fail);
        });
    }

    private Uni<Reply> plain(PredictionRequest request, Predictor control) {
        long arrivedNanos = time.nanoTime();
        Instant arrived = time.now();
        return request.trace()
                .called(Variant.CONTROL, control.predict(request.features(), Variant.CONTROL, config.controlDeadline()))
                .map(outcome -> {
                    observers.untested(request, control, outcome);
                    return reply(request, outcome, arrived, arrivedNanos, null);
                });
    }

    private Uni<Reply> onTrial(Exposure exposure) {
        observers.assigned(exposure);
        // observed first, answered second: what a caller was told is in the journal by then
        return modes.run(exposure)
                .invoke(result -> observe(exposure, result))
                .map(result -> reply(
                        exposure.request(),
                        result.served(),
                        exposure.arrived(),
                        exposure.arrivedNanos(),
                        Reply.Placement.of(exposure, result)));
    }

    private Exposure exposure(PredictionRequest request, Route.OnTrial trial) {
        Experiment experiment = trial.experiment();
        return new Exposure(
                rowIds.generate(),
                request,
                experiment,
                trial.assigned(),
                trial.control(),
                trial.treatment(),
                orElse(experiment.controlDeadline(), config.controlDeadline()),
                orElse(experiment.treatmentDeadline(), config.treatmentDeadline()),
                time.now(),
                time.nanoTime());
    }

    private void observe(Exposure exposure, ServingResult result) {
        observers.served(exposure, result);
        BackgroundCall second = result.second();
        if (second != null) {
            second.result().subscribe().with(ended -> observers.completed(exposure, result, second.which(), ended));
        }
    }

    private Reply reply(
            PredictionRequest request,
            Outcome outcome,
            Instant arrived,
            long arrivedNanos,
            Reply.@Nullable Placement placement) {
        return switch (outcome) {
            case Outcome.Answered answered ->
                new Reply.Served(request, answered, time.nanoTime() - arrivedNanos, arrived, placement);
            case Outcome.Failure failure -> new Reply.Unavailable("control gave no answer: " + failure.detail());
        };
    }

    private static Duration orElse(@Nullable Duration own, Duration otherwise) {
        return own == null ? otherwise : own;
    }
}
