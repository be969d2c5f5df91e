package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.experiment.RampStore;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tests of the catalog, and their evidence in the database. */
@ApplicationScoped
class StoredRolloutExperiments implements RolloutExperiments {

    private final ExperimentRegistry experiments;
    private final RampStore ramps;
    private final EvidenceQueries evidence;
    private final EventStore events;

    StoredRolloutExperiments(
            ExperimentRegistry experiments, RampStore ramps, EvidenceQueries evidence, EventStore events) {
        this.experiments = experiments;
        this.ramps = ramps;
        this.evidence = evidence;
        this.events = events;
    }

    @Override
    public List<Experiment> known() {
        Catalog catalog = experiments.current();
        return catalog.unreadable().isEmpty()
                ? catalog.all()
                : catalog.all().stream()
                        .filter(test -> !catalog.unreadable().containsKey(test.testId()))
                        .toList();
    }

    @Override
    public Uni<Map<String, PersistedRamp>> ramps() {
        return ramps.except(Finished.NAME, Aborted.NAME);
    }

    @Override
    public Uni<List<GenerationEvidence>> evidence(String testId) {
        return evidence.evidence(testId);
    }

    @Override
    public Uni<EditResult> change(String testId, long generation, Function<LockedExperiment, Change> rule) {
        return experiments.change(testId, generation, rule);
    }

    @Override
    public Uni<Void> alert(String testId, long generation, Map<String, String> state, AuditEntry entry) {
        return events.alert(testId, generation, state, entry);
    }
}
