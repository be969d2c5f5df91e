package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.ModelsConfig;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.journal.Journal;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The flow of one prediction: which test applies? which variant? run it, answer, observe.
 *
 * <p>Reads one catalog from beginning to end, waits for nothing but the models, and never gives a treatment's answer where
 * control's was due.
 */
@ApplicationScoped
public class Trial {

    private final ExperimentRegistry experiments;
    private final Models models;
    private final Journal journal;
    private final TrialConfig config;
    private final TrialMetrics metrics;
    private final TimeSource time;
    private final NoArgGenerator rowIds;
    private final String defaultModel;
    private final Strategy split = new TrafficSplit();
    private final Strategy shadow = new Shadow();

    Trial(
            ExperimentRegistry experiments,
            Models models,
            Journal journal,
            TrialConfig config,
            TrialMetrics metrics,
            TimeSource time,
            NoArgGenerator rowIds,
            ModelsConfig modelsConfig) {
        this.experiments = experiments;
        this.models = models;
        this.journal = journal;
        this.config = config;
        this.metrics = metrics;
        this.time = time;
        this.rowIds = rowIds;
        this.defaultModel = modelsConfig.defaultModel();
    }

    /** Answers a request. The Uni never fails. */
    public Uni<Reply> answer(PredictionRequest request) {
        return switch (route(request)) {
            case Route.Refused refused -> Uni.createFrom().item(refused.reply());
            case Route.Plain plain -> plain(request, plain.control());
            case Route.OnTrial trial -> onTrial(request, trial.test(), trial.control());
        };
    }

    /** Says what would become of a request, without running a model: an explanation, or the reply that it would get. */
    public Explained explain(PredictionRequest request) {
        return switch (route(request)) {
            case Route.Refused refused -> new Explained.Refused(refused.reply());
            case Route.Plain plain ->
                new Explained.Plain(request.unitId(), plain.control().name());
            case Route.OnTrial trial ->
                Explained.onTrial(request.unitId(), trial.control().name(), trial.test());
        };
    }

    private Route route(PredictionRequest request) {
        Catalog catalog = experiments.current();
        Experiment test = null;
        String asked = request.model() == null ? defaultModel : request.model();
        if (request.testId() == null) {
            test = catalog.applyingTo(asked).orElse(null);
        } else if (!experiments.known()) {
            return refused(
                    new Reply.Unavailable("the tests are not known yet; leave test_id out to be answered by control"));
        } else {
            test = catalog.find(request.testId()).orElse(null);
            if (test == null) {
                return refused(new Reply.UnknownTest(request.testId()));
            }
            if (request.model() != null && !asked.equals(test.controlModel())) {
                return refused(new Reply.Unfit("model: got \"" + asked + "\"; allowed: \"" + test.controlModel()
                        + "\", the control model of test " + test.testId() + ", or no model at all"));
            }
            asked = test.controlModel();
        }
        Optional<Predictor> control = models.find(catalog.serving(asked));
        if (control.isEmpty()) {
            return refused(missing(asked));
        }
        int inputSize = control.get().inputSize();
        if (request.features().size() != inputSize) {
            return refused(new Reply.Unfit("features: got " + request.features().size() + " numbers; allowed: exactly "
                    + inputSize + ", the input size of model " + asked));
        }
        return test == null ? new Route.Plain(control.get()) : new Route.OnTrial(test, control.get());
    }

    private Uni<Reply> plain(PredictionRequest request, Predictor control) {
        long arrivedNanos = time.nanoTime();
        Instant arrived = time.now();
        return control.predict(request.features(), Variant.CONTROL, config.controlDeadline())
                .map(outcome -> {
                    metrics.plain(control.name(), outcome);
                    return toReply(request, outcome, arrived, arrivedNanos, null);
                });
    }

    private Uni<Reply> onTrial(PredictionRequest request, Experiment test, Predictor control) {
        Turn turn = new Turn(
                request,
                test,
                control,
                models.find(test.treatmentModel()),
                orElse(test.controlDeadline(), config.controlDeadline()),
                orElse(test.treatmentDeadline(), config.treatmentDeadline()),
                time.now(),
                time.nanoTime());
        Strategy strategy = test.shadow() ? shadow : split;
        // observed first, answered second: whatever a caller was told is in the journal by then
        return strategy.run(turn)
                .invoke(performance -> observe(turn, performance))
                .map(performance -> toReply(
                        request,
                        performance.served(),
                        turn.arrived(),
                        turn.arrivedNanos(),
                        placement(test, performance)));
    }

    private void observe(Turn turn, Performance performance) {
        Observation observation = observation(turn, performance);
        metrics.served(turn, performance);
        if (performance.running() == null) {
            journal.append(observation);
            return;
        }
        journal.open(observation);
        performance.running().subscribe().with(treatment -> {
            journal.close(observation.rowId(), observation.testId(), treatment);
            metrics.shadowed(turn, performance.control(), treatment);
        });
    }

    private Observation observation(Turn turn, Performance performance) {
        Experiment test = turn.test();
        return new Observation(
                rowIds.generate(),
                turn.arrived(),
                test.testId(),
                test.generation(),
                turn.request().requestId(),
                turn.request().unitId(),
                turn.request().symbol(),
                performance.assigned(),
                performance.servedBy(),
                performance.fallback(),
                test.shadow() ? null : (Double) test.split().fraction(),
                performance.control(),
                performance.treatment());
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

    private static Reply.@Nullable Placement placement(Experiment test, Performance performance) {
        var servedBy = performance.servedBy();
        return servedBy == null
                ? null
                : new Reply.Placement(
                        test.testId(),
                        performance.assigned(),
                        servedBy,
                        test.shadow(),
                        test.generation(),
                        performance.fallback());
    }

    private Reply missing(String model) {
        if (models.known(model)) {
            return new Reply.Unavailable("model " + model + " is not loaded; GET /api/v1/models says why");
        }
        return models.loaded()
                ? new Reply.Unfit("model: got \"" + model + "\"; allowed: " + String.join(", ", models.names()))
                : new Reply.Unavailable("the models are still being loaded");
    }

    private static Route refused(Reply reply) {
        return new Route.Refused(reply);
    }

    private static Duration orElse(@Nullable Duration own, Duration otherwise) {
        return own == null ? otherwise : own;
    }
}
