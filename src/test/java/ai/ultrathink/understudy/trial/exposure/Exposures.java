package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.inference.Predictor;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Exposures of one unit with two features, as tests want them. */
public final class Exposures {

    public static final String UNIT = "u-1";
    public static final Duration CONTROL_DEADLINE = Duration.ofSeconds(1);
    public static final Duration TREATMENT_DEADLINE = Duration.ofMillis(200);

    private Exposures() {}

    /** That arrives now. */
    public static Exposure of(
            Experiment experiment, Group assigned, Predictor control, @Nullable Predictor treatment, ManualTime time) {
        return new Exposure(
                new UUID(0, 1),
                new PredictionRequest("r-1", UNIT, "SPX", Features.of(1f, 2f), null, null),
                experiment,
                assigned,
                control,
                Optional.ofNullable(treatment),
                CONTROL_DEADLINE,
                TREATMENT_DEADLINE,
                time.now(),
                time.nanoTime());
    }

    /** The same, with another deadline of the treatment. */
    public static Exposure within(Duration treatmentDeadline, Exposure exposure) {
        return new Exposure(
                exposure.id(),
                exposure.request(),
                exposure.experiment(),
                exposure.assigned(),
                exposure.control(),
                exposure.treatment(),
                exposure.controlDeadline(),
                treatmentDeadline,
                exposure.arrived(),
                exposure.arrivedNanos());
    }
}
