package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.inference.Predictor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a request goes, before any model runs. */
public sealed interface Route {

    /** Nowhere: the reply says why. */
    record Refused(Reply reply) implements Route {}

    /**
     * To the model asked for; no experiment applies.
     *
     * @param excluded the experiment that would apply, were it not for other symbols; or null
     */
    record Plain(Predictor control, @Nullable Experiment excluded) implements Route {}

    /**
     * To an experiment.
     *
     * @param assigned the group that the unit draws
     * @param treatment empty when the model is not loaded
     */
    record OnTrial(Experiment experiment, Group assigned, Predictor control, Optional<Predictor> treatment)
            implements Route {}
}
