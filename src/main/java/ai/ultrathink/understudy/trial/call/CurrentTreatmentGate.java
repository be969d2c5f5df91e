package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Guards;
import ai.ultrathink.understudy.outcome.Fallback;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the catalog of this moment, not the one with which the request began, so that a treatment that is disabled stops at once;
 * and its lease, because in doubt control answers.
 */
@ApplicationScoped
class CurrentTreatmentGate implements TreatmentGate {

    private final CatalogFollower experiments;
    private final Guards guards;

    CurrentTreatmentGate(CatalogFollower experiments, Guards guards) {
        this.experiments = experiments;
        this.guards = guards;
    }

    @Override
    public @Nullable Fallback withheld(Experiment experiment) {
        if (!experiment.running() || !experiments.runs(experiment.testId())) {
            return Fallback.TEST_DISABLED;
        }
        return experiments.fenced() ? Fallback.FENCED : null;
    }

    @Override
    public boolean guardOpen(Experiment experiment) {
        return guards.withholds(experiment.testId());
    }

    @Override
    public boolean guardClosed(Experiment experiment) {
        return guards.closed(experiment.testId());
    }

    void forgetDeletedExperiments(@Observes Catalog catalog) {
        guards.retain(catalog.all().stream().map(Experiment::testId).collect(Collectors.toUnmodifiableSet()));
    }
}
