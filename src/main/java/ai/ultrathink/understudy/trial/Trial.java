package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.journal.Journal;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The flow of one prediction: which test applies? which variant? run it, answer, observe.
 *
 * <p>Waits for nothing but the models, and never gives a treatment's answer where control's was due.
 */
@ApplicationScoped
public class Trial {

    private final Router router;
    private final Admission admission;
    private final TreatmentGate gate;
    private final Tallies tallies;
    private final NoiseFloor noise;
    private final Models models;
    private final Journal journal;
    private final TrialConfig config;
    private final TrialMetrics metrics;
    private final TimeSource time;
    private final NoArgGenerator rowIds;
    private final ServingMode split;
    private final ServingMode shadow;

    Trial(
            Router router,
            Admission admission,
            TreatmentGate gate,
            Hedging hedging,
            Tallies tallies,
            NoiseFloor noise,
            Models models,
            Journal journal,
            TrialConfig config,
            TrialMetrics metrics,
            TimeSource time,
            NoArgGenerator rowIds) {
        this.router = router;
        this.admission = admission;
        this.gate = gate;
        this.tallies = tallies;
        this.noise = noise;
        this.models = models;
        this.journal = journal;
        this.config = config;
        this.metrics = metrics;
        this.time = time;
        this.rowIds = rowIds;
        this.split = new TrafficSplit(hedging, admission);
        this.shadow = new Shadow(admission);
    }

    /** Answers a request. The Uni never fails. */
    public Uni<Reply> answer(PredictionRequest request) {
        return switch (router.route(request)) {
            case Route.Refused refused -> Uni.createFrom().item(refused.reply());
            case Route.Plain plain -> admitted(() -> plain(request, plain.control()));
            case Route.OnTrial trial -> admitted(() -> onTrial(request, trial.experiment(), trial.control()));
        };
    }

    /**
     * What is admitted is seen through and recorded, whether or not its caller still waits: those who hang up do so on the slow
     * answers, and without them a slow treatment would look quick.
     */
    private Uni<Reply> admitted(Supplier<Uni<? extends Reply>> answer) {
        // an emitter, because that does not pass on that its caller has gone
        return Uni.createFrom().emitter(caller -> {
            Admission.Place place = admission.enter();
            if (place == null) {
                metrics.refused();
                caller.complete(new Reply.Unavailable("the replica is at capacity; try again, or start more replicas"));
                return;
            }
            Uni.createFrom()
                    .deferred(answer)
                    .onTermination()
                    .invoke(place::leave)
                    .subscribe()
                    .with(caller::complete, caller::fail);
        });
    }

    /** Says what would become of a request, without running a model: an explanation, or the reply that it would get. */
    public RoutingExplanation explain(PredictionRequest request) {
        return switch (router.route(request)) {
            case Route.Refused refused -> new RoutingExplanation.Refused(refused.reply());
            case Route.Plain plain ->
                new RoutingExplanation.Plain(request.unitId(), plain.control().loaded());
            case Route.OnTrial trial ->
                RoutingExplanation.onTrial(
                        request.unitId(),
                        trial.control().loaded(),
                        models.find(trial.experiment().treatmentModel())
                                .map(Predictor::loaded)
                                .orElse(null),
                        trial.experiment());
        };
    }

    private Uni<Reply> plain(PredictionRequest request, Predictor control) {
        long arrivedNanos = time.nanoTime();
        Instant arrived = time.now();
        return control.predict(request.features(), Variant.CONTROL, config.controlDeadline())
                .map(outcome -> {
                    metrics.plain(control, outcome);
                    return toReply(request, outcome, arrived, arrivedNanos, null);
                });
    }

    private Uni<Reply> onTrial(PredictionRequest request, Experiment experiment, Predictor control) {
        Group assigned = Assignment.draw(experiment, request.unitId());
        tallies.of(experiment).assigned(assigned);
        PredictionContext context = new PredictionContext(
                request,
                experiment,
                assigned,
                control,
                models.find(experiment.treatmentModel()),
                orElse(experiment.controlDeadline(), config.controlDeadline()),
                orElse(experiment.treatmentDeadline(), config.treatmentDeadline()),
                time.now(),
                time.nanoTime(),
                gate,
                time);
        ServingMode servingMode = experiment.shadow() ? shadow : split;
        // observed first, answered second: whatever a caller was told is in the journal by then
        return servingMode
                .run(context)
                .invoke(result -> observe(context, result))
                .map(result -> toReply(
                        request,
                        result.served(),
                        context.arrived(),
                        context.arrivedNanos(),
                        result.placement(experiment)));
    }

    private void observe(PredictionContext context, ServingResult result) {
        Observation observation = observation(context, result);
        metrics.served(context, result);
        BackgroundCall second = result.second();
        if (second == null) {
            journal.append(observation);
            return;
        }
        journal.open(observation);
        second.outcome().subscribe().with(outcome -> {
            journal.close(observation.rowId(), observation.testId(), second.which(), outcome);
            metrics.seconded(context, result, second.which(), outcome);
            if (context.experiment().shadow()) {
                noise.measure(context, result.control(), outcome);
            }
        });
    }

    private Observation observation(PredictionContext context, ServingResult result) {
        Experiment experiment = context.experiment();
        return new Observation(
                rowIds.generate(),
                context.arrived(),
                experiment.testId(),
                experiment.generation(),
                context.request().requestId(),
                context.request().unitId(),
                context.request().symbol(),
                result.assigned(),
                result.servedBy(),
                result.fallback(),
                experiment.shadow() ? null : (Double) experiment.split().fraction(),
                result.control(),
                result.treatment(),
                context.control().loaded(),
                context.treatmentVersion(),
                result.pairing());
    }

    private Reply toReply(
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
