package ai.ultrathink.understudy.trial;

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
 * Asks everyone who may keep a request from its treatment: the test's own configuration, this replica's knowledge of it, and
 * the guard. In doubt control answers.
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
    public TreatmentAccess ask(Experiment experiment) {
        Fallback why = experiment.running() ? withdrawn(experiment) : Fallback.TEST_DISABLED;
        if (why != null) {
            return new TreatmentAccess.Withheld(why);
        }
        return guards.admit(experiment)
                .<TreatmentAccess>map(TreatmentAccess.Granted::new)
                .orElseGet(() -> new TreatmentAccess.Withheld(Fallback.GUARD_OPEN));
    }

    @Override
    public @Nullable Fallback withdrawn(Experiment experiment) {
        if (!experiments.runs(experiment.testId())) {
            return Fallback.TEST_DISABLED;
        }
        return experiments.fenced() ? Fallback.FENCED : null;
    }

    void forgetTestsThatAreGone(@Observes Catalog catalog) {
        guards.retain(catalog.all().stream().map(Experiment::testId).collect(Collectors.toUnmodifiableSet()));
    }
}
