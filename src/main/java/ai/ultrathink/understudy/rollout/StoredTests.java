package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.EventStore;
import ai.ultrathink.understudy.storage.EvidenceQueries;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.RampStore;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredRamp;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tests of the catalog, and their evidence in the database. */
@ApplicationScoped
class StoredTests implements Tests {

    private final ExperimentRegistry experiments;
    private final RampStore ramps;
    private final EvidenceQueries evidence;
    private final EventStore events;

    StoredTests(ExperimentRegistry experiments, RampStore ramps, EvidenceQueries evidence, EventStore events) {
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
    public Uni<Map<String, StoredRamp>> ramps() {
        return ramps.except(Finished.NAME, Aborted.NAME);
    }

    @Override
    public Uni<List<GenerationEvidence>> evidence(String testId) {
        return evidence.evidence(testId);
    }

    @Override
    public Uni<Edit> change(String testId, long generation, Function<Standing, Change> rule) {
        return experiments.change(testId, generation, rule);
    }

    @Override
    public Uni<Void> alert(String testId, long generation, Map<String, String> state, Deed deed) {
        return events.alert(testId, generation, state, deed);
    }
}
