package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls by which the controller reads experiments and changes them.
 *
 * @param known the experiments that are not deleted and can be read
 * @param ramps their ramps that have not ended, by experiment id
 * @param evidence the evidence of each generation of an experiment, oldest first
 * @param memory the largest evidence of earlier evaluations
 * @param outcomes the closed blocks of an experiment that has an outcome plan, for the versions that its evidence shows
 */
record RolloutExperiments(
        Supplier<List<Experiment>> known,
        Supplier<Uni<Map<String, PersistedRamp>>> ramps,
        Function<String, Uni<List<GenerationEvidence>>> evidence,
        Memory memory,
        BiFunction<Experiment, List<GenerationEvidence>, Uni<OutcomeEvidence>> outcomes,
        Changes changes,
        Alerts alerts) {

    /** Changes experiments. */
    interface Changes {
        /** Changes an experiment, its ramp or both, unless the experiment is no longer at that generation. */
        Uni<EditResult> change(String testId, Long generation, Function<LockedExperiment, Change> rule);
    }

    /** Keeps the largest evidence against each guardrail. */
    interface Memory {
        Uni<List<KeptEvidence>> kept(String testId);

        Uni<Void> keep(String testId, List<KeptEvidence> evidence);
    }

    /** Writes alerts to the audit trail. */
    interface Alerts {
        /** Adds an entry, once for each generation of the experiment and each state. */
        Uni<Void> alert(String testId, long generation, Map<String, String> state, AuditEntry entry);
    }
}
