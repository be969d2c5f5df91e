package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;

/** What would become of a request, without any model being run. */
public sealed interface Explained {

    /**
     * No test applies.
     *
     * @param model the model that would answer
     */
    record Plain(String unitId, String model) implements Explained {}

    /**
     * A test applies.
     *
     * @param model the model that is control
     * @param group what the unit draws
     * @param bucket the unit's bucket, 0 to 2^32 − 1
     */
    record OnTrial(String unitId, String model, Experiment test, Group group, long bucket) implements Explained {}

    /** The request would get this reply instead of an answer. */
    record Refused(Reply reply) implements Explained {}

    /** Of a request under a test. */
    static OnTrial onTrial(String unitId, String model, Experiment test) {
        return new OnTrial(
                unitId, model, test, Assignment.draw(test, unitId), Assignment.bucket(test.testId(), unitId));
    }
}
