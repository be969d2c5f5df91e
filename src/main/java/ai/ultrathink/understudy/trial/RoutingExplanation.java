package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import org.jspecify.annotations.Nullable;

/** What would become of a request, without any model being run. */
public sealed interface RoutingExplanation {

    /**
     * No test applies.
     *
     * @param model the model that would answer, as it is loaded now
     */
    record Plain(String unitId, ModelVersion model) implements RoutingExplanation {}

    /**
     * A test applies.
     *
     * @param control the model that is control, as it is loaded now
     * @param treatment the model on trial, or null when it is not loaded
     * @param group what the unit draws
     * @param bucket the unit's bucket, 0 to 2^32 − 1
     */
    record OnTrial(
            String unitId,
            ModelVersion control,
            @Nullable ModelVersion treatment,
            Experiment experiment,
            Group group,
            long bucket)
            implements RoutingExplanation {}

    /** The request would get this reply instead of an answer. */
    record Refused(Reply reply) implements RoutingExplanation {}

    /** Of a request under a test. */
    static OnTrial onTrial(
            String unitId, ModelVersion control, @Nullable ModelVersion treatment, Experiment experiment) {
        return new OnTrial(
                unitId,
                control,
                treatment,
                experiment,
                Assignment.draw(experiment, unitId),
                Assignment.bucket(experiment.testId(), unitId));
    }
}
