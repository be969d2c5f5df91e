package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.inference.Predictor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request that an experiment has assigned, with the models and deadlines that apply to it to the end, regardless of
 * changes meanwhile.
 *
 * @param id its row's id, unique and time-ordered (UUID version 7)
 * @param assigned the group that the unit drew
 * @param treatment empty when the model was not loaded as the request arrived
 * @param controlDeadline from the request's arrival: by then the caller has an answer or a refusal
 * @param treatmentDeadline from when the treatment is asked
 * @param arrivedNanos on the ticker's clock
 */
public record Exposure(
        UUID id,
        PredictionRequest request,
        Experiment experiment,
        Group assigned,
        Predictor control,
        Optional<Predictor> treatment,
        Duration controlDeadline,
        Duration treatmentDeadline,
        Instant arrived,
        long arrivedNanos) {

    /** The version of the treatment that is loaded now, or null when there is none. */
    public @Nullable ModelVersion treatmentVersion() {
        return treatment.map(Predictor::loaded).orElse(null);
    }
}
