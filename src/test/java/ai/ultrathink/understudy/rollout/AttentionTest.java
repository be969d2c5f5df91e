package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.change.CatalogChange;
import ai.ultrathink.understudy.evidence.LastEvaluation;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.storage.experiment.StoredGlance;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttentionTest {

    private static final Experiment RUNNING = RolloutEvidence.split(0.10);
    private static final Experiment DISABLED = RUNNING.withEnabled(false);

    @Test
    void the_most_urgent_reason_is_given() {
        LastEvaluation breached = evaluation(1, "breached");

        assertEquals(
                Attention.APPROVAL,
                Attention.of(RUNNING, stored(true, breached, false), ramp("awaiting_approval"), true));
        assertEquals(
                Attention.ROLLED_BACK, Attention.of(DISABLED, stored(true, breached, false), ramp("paused"), true));
        assertEquals(
                Attention.RAMP_PAUSED, Attention.of(RUNNING, stored(false, breached, false), ramp("paused"), true));
        assertEquals(Attention.BREACH, Attention.of(RUNNING, stored(false, breached, false), ramp("holding"), true));
        assertEquals(
                Attention.GUARD_OPEN, Attention.of(RUNNING, stored(false, evaluation(1, "passed"), false), null, true));
        assertEquals(Attention.APPROVAL, Attention.of(DISABLED, stored(true, breached, true), null, true));
        assertNull(Attention.of(RUNNING, stored(false, evaluation(1, "undecided"), false), ramp("finished"), false));
    }

    @Test
    void what_a_person_has_dealt_with_needs_none() {
        assertNull(Attention.of(RUNNING, stored(true, null, false), null, false));
        assertNull(Attention.of(DISABLED, stored(false, evaluation(1, "breached"), false), ramp("aborted"), true));
        // a breach of another generation may have been cleared with this one
        assertNull(
                Attention.of(RUNNING.withGeneration(2), stored(false, evaluation(1, "breached"), false), null, false));
    }

    @Test
    void a_replica_is_in_step_unless_the_test_has_changed_since_what_it_reported() {
        List<ReplicaState> alive = List.of(replica(7L), replica(5L), replica(3L), replica(-1L), replica(null));
        assertEquals(OptionalLong.of(3), ReplicasInStep.behind(7, alive));
        assertEquals(OptionalLong.empty(), ReplicasInStep.behind(3, alive));

        ReplicasInStep replicas = new ReplicasInStep(
                7, alive, List.of(new CatalogChange(4, Set.of("a")), new CatalogChange(6, Set.of("b"))));

        assertEquals(2, replicas.having("a"));
        assertEquals(1, replicas.having("b"));
        assertEquals(3, replicas.having("c"));
        assertEquals(1, new ReplicasInStep(7, alive, List.of(new CatalogChange(7, null))).having("c"));
    }

    private static RampGlance ramp(String state) {
        return new RampGlance(state, 1, 3, List.of());
    }

    private static StoredGlance stored(boolean rolledBack, @Nullable LastEvaluation last, boolean awaitsApproval) {
        return new StoredGlance(last, null, rolledBack, awaitsApproval);
    }

    private static LastEvaluation evaluation(long generation, String state) {
        return new LastEvaluation(Instant.EPOCH, generation, "keep_running", null, Map.of("agreement", state), null);
    }

    private static ReplicaState replica(@Nullable Long catalogVersion) {
        return new ReplicaState(new UUID(1, 1), "one", Instant.EPOCH, List.of(), catalogVersion);
    }
}
