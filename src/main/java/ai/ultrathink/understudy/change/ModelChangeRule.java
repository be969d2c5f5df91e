package ai.ultrathink.understudy.change;

import java.time.Instant;
import java.util.List;

/** Decides what happens to an enabled experiment when the version of one of its models changes. */
public interface ModelChangeRule {

    /**
     * The change to make to an experiment.
     *
     * @param changes one change, or one for each of the two models
     * @param actor who changed them
     * @param now by the clock of the ramps
     * @return the new experiment; the store makes it a new generation in any case
     */
    Change.To changed(LockedExperiment locked, List<ModelChange> changes, String actor, Instant now);

    /** Called when a change that disabled an experiment is committed. */
    void rolledBack(String testId);
}
