package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredRamp;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tests as the watch finds them, and what it may do to them. */
interface Tests {

    /** All that are not deleted. */
    List<Experiment> known();

    /** Their ramps that have not ended, by test. */
    Uni<Map<String, StoredRamp>> ramps();

    /** What each generation of a test has shown, oldest first. */
    Uni<List<GenerationEvidence>> evidence(String testId);

    /** Changes a test, its ramp or both, unless the test is no longer at that generation. */
    Uni<Edit> change(String testId, long generation, Function<Standing, Change> rule);

    /** Adds an event to the audit trail, once for each generation of the test and each state. */
    Uni<Void> alert(String testId, long generation, Map<String, String> state, Deed deed);
}
