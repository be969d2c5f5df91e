package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** A model that can be asked for predictions. */
public interface Predictor {

    /** The model's name, which is its folder's. */
    String name();

    /** The version that is loaded now: name, version and digest. */
    ModelVersion loaded();

    /** The version of the model that is loaded now, as its card says. */
    default String version() {
        return loaded().version();
    }

    /** The number of features that the model takes. */
    int inputSize();

    /** The actions that the model advises. */
    Actions actions();

    /**
     * Asks the model. The Uni never fails and always ends, at the latest with the deadline. Subscribing never blocks.
     * Cancelling frees the place in the queue.
     *
     * @param features as many as {@link #inputSize()}
     * @param role control is served before treatment
     * @param deadline from subscription to outcome
     * @param watch asked whether the answer is still wanted, and told when the call is late
     */
    Uni<Outcome> predict(Features features, Variant role, Duration deadline, CallWatch watch);

    /** Asks the model for an answer that stays wanted. */
    default Uni<Outcome> predict(Features features, Variant role, Duration deadline) {
        return predict(features, role, deadline, () -> true);
    }
}
