package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.LastEvent;
import ai.ultrathink.understudy.evidence.LastEvaluation;
import org.jspecify.annotations.Nullable;

/**
 * What the database knows last of an experiment.
 *
 * @param evaluation null if nothing was kept of any
 * @param event null if the trail has none
 * @param rolledBack whether it is disabled, and the service was the last to do so
 * @param awaitsApproval whether a second person is asked for
 */
public record StoredGlance(
        @Nullable LastEvaluation evaluation, @Nullable LastEvent event, boolean rolledBack, boolean awaitsApproval) {

    /** Of an experiment that the database does not know. */
    public static final StoredGlance NONE = new StoredGlance(null, null, false, false);
}
