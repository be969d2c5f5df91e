package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tests as the watch finds them, and what it may do to them. */
interface RolloutExperiments {

    /** All that are not deleted. */
    List<Experiment> known();

    /** Their ramps that have not ended, by test. */
    Uni<Map<String, PersistedRamp>> ramps();

    /** What each generation of a test has shown, oldest first. */
    Uni<List<GenerationEvidence>> evidence(String testId);

    /** Changes a test, its ramp or both, unless the test is no longer at that generation. */
    Uni<EditResult> change(String testId, long generation, Function<LockedExperiment, Change> rule);

    /** Adds an event to the audit trail, once for each generation of the test and each state. */
    Uni<Void> alert(String testId, long generation, Map<String, String> state, AuditEntry entry);
}
