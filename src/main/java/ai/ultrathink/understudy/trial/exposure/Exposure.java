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
 * @param controlWatch of the call of control for the caller
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
        long arrivedNanos,
        ControlWatch controlWatch) {

    /** The treatment's deadline is shortened where control would have no time left to answer in its place. */
    public Exposure(
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
        this(
                id,
                request,
                experiment,
                assigned,
                control,
                treatment,
                controlDeadline,
                shortened(treatmentDeadline, controlDeadline, experiment),
                arrived,
                arrivedNanos,
                new ControlWatch(shortened(treatmentDeadline, controlDeadline, experiment)));
    }

    /** In a split at most nine tenths of control's. */
    private static Duration shortened(Duration treatmentDeadline, Duration controlDeadline, Experiment experiment) {
        long most = controlDeadline.toNanos() / 10 * 9;
        return experiment.shadow() || treatmentDeadline.toNanos() <= most ? treatmentDeadline : Duration.ofNanos(most);
    }

    /** The version of the treatment that is loaded now, or null when there is none. */
    public @Nullable ModelVersion treatmentVersion() {
        return treatment.map(Predictor::loaded).orElse(null);
    }
}
