package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
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
class CurrentClearance implements Clearance {

    private final ExperimentRegistry experiments;
    private final Guards guards;

    CurrentClearance(ExperimentRegistry experiments, Guards guards) {
        this.experiments = experiments;
        this.guards = guards;
    }

    @Override
    public Leave ask(Experiment test) {
        Fallback why = test.running() ? withdrawn(test) : Fallback.TEST_DISABLED;
        if (why != null) {
            return new Leave.Withheld(why);
        }
        return guards.admit(test)
                .<Leave>map(Leave.Granted::new)
                .orElseGet(() -> new Leave.Withheld(Fallback.GUARD_OPEN));
    }

    @Override
    public @Nullable Fallback withdrawn(Experiment test) {
        if (!experiments.runs(test.testId())) {
            return Fallback.TEST_DISABLED;
        }
        return experiments.fenced() ? Fallback.FENCED : null;
    }

    void forgetTestsThatAreGone(@Observes Catalog catalog) {
        guards.retain(catalog.all().stream().map(Experiment::testId).collect(Collectors.toUnmodifiableSet()));
    }
}
