package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Pairs;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request under one test, with its two models at hand.
 *
 * @param assigned what the unit drew
 * @param controlDeadline from the request's arrival: by then the caller has an answer or a refusal
 * @param treatmentDeadline from when treatment is asked
 * @param arrivedNanos on the ticker's clock
 */
record PredictionContext(
        PredictionRequest request,
        Experiment experiment,
        Group assigned,
        Predictor control,
        Optional<Predictor> treatment,
        Duration controlDeadline,
        Duration treatmentDeadline,
        Instant arrived,
        long arrivedNanos,
        TreatmentGate gate,
        TimeSource time) {

    private static final Duration AT_LEAST = Duration.ofMillis(1);

    /** Whether this request may use the treatment. Asked once, and only when it would. */
    TreatmentAccess leave() {
        return gate.ask(experiment);
    }

    /** Control, with what is left of the request's time from when it is asked. */
    Uni<Outcome> askControl() {
        return Uni.createFrom().deferred(() -> control.predict(request.features(), Variant.CONTROL, left()));
    }

    /** Whether this request of a split is to be answered by both models. In a test that is off there is nothing to compare. */
    boolean drawnForPair() {
        return experiment.running() && Pairs.draw(experiment, request.requestId());
    }

    /** Control where nobody waits for it, as late and as willing to step back as the treatment. */
    Uni<Outcome> askControlAgain() {
        return control.predict(request.features(), Variant.TREATMENT, treatmentDeadline, this::stillWanted);
    }

    private Duration left() {
        Duration left = controlDeadline.minusNanos(time.nanoTime() - arrivedNanos);
        return left.compareTo(AT_LEAST) < 0 ? AT_LEAST : left;
    }

    /** How long a caller may wait for the treatment: its deadline, but never so long that control could not answer in time. */
    Duration callersPatience() {
        Duration most = controlDeadline.multipliedBy(9).dividedBy(10);
        return treatmentDeadline.compareTo(most) < 0 ? treatmentDeadline : most;
    }

    /** The treatment, which stops waiting for its turn when its leave is taken back; the permit is told how it went. */
    Uni<Outcome> askTreatment(Permit permit, Duration deadline) {
        return ask(deadline)
                .invoke(outcome -> end(permit, outcome))
                .onFailure()
                .invoke(permit::cancel)
                .onCancellation()
                .invoke(permit::cancel);
    }

    private Uni<Outcome> ask(Duration deadline) {
        Features features = request.features();
        if (treatment.isEmpty()) {
            return Uni.createFrom().item(new Outcome.Failed("model " + experiment.treatmentModel() + " is not loaded"));
        }
        Predictor model = treatment.get();
        if (model.inputSize() != features.size()) {
            return Uni.createFrom()
                    .item(new Outcome.Failed("model " + model.name() + " takes " + model.inputSize() + " features, not "
                            + features.size()));
        }
        return model.predict(features, Variant.TREATMENT, deadline, this::stillWanted);
    }

    private void end(Permit permit, Outcome outcome) {
        if (outcome instanceof Outcome.Rejected && !stillWanted()) {
            permit.cancel();
        } else {
            permit.conclude(outcome);
        }
    }

    /** Whether the treatment still has leave; no longer once the test is disabled. */
    boolean stillWanted() {
        return gate.withdrawn(experiment) == null;
    }

    /** The version of the treatment that is loaded now, or null when there is none. */
    @Nullable ModelVersion treatmentVersion() {
        return treatment.map(Predictor::loaded).orElse(null);
    }

    /** Why control answers after the treatment failed so. */
    Fallback why(Outcome.Failure failure) {
        Fallback withdrawn = failure instanceof Outcome.Rejected ? gate.withdrawn(experiment) : null;
        return withdrawn == null ? Fallback.of(failure) : withdrawn;
    }
}
