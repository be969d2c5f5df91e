package ai.ultrathink.understudy.change;

import java.time.Instant;
import java.util.List;

/** Says what becomes of an enabled test when a model of it is another from now on. */
public interface ModelChangeRule {

    /**
     * What shall become of a test.
     *
     * @param changes one, or one for each of the two models
     * @param actor who changed them
     * @param now by the clock of the ramps
     * @return the test as it shall be, of which the store makes a new generation in any case
     */
    Change.To changed(LockedExperiment locked, List<ModelChange> changes, String actor, Instant now);

    /** The change that has disabled a test is committed. */
    void rolledBack(String testId);
}
