package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One request under one test, with its two models at hand.
 *
 * @param arrivedNanos on the ticker's clock
 */
record Turn(
        PredictionRequest request,
        Experiment test,
        Predictor control,
        Optional<Predictor> treatment,
        Duration controlDeadline,
        Duration treatmentDeadline,
        Instant arrived,
        long arrivedNanos) {

    Uni<Outcome> askControl() {
        return control.predict(request.features(), Variant.CONTROL, controlDeadline);
    }

    Uni<Outcome> askTreatment() {
        Features features = request.features();
        if (treatment.isEmpty()) {
            return Uni.createFrom().item(new Outcome.Failed("model " + test.treatmentModel() + " is not loaded"));
        }
        Predictor model = treatment.get();
        if (model.inputSize() != features.size()) {
            return Uni.createFrom()
                    .item(new Outcome.Failed("model " + model.name() + " takes " + model.inputSize() + " features, not "
                            + features.size()));
        }
        return model.predict(features, Variant.TREATMENT, treatmentDeadline);
    }
}
