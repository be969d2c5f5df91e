package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * Reads the closed blocks of an experiment's outcome plan. Where they cannot be read, in time, nothing is decided about outcomes, and
 * the other guardrails are evaluated as ever.
 */
final class PlannedOutcomes {

    private static final Logger LOG = Logger.getLogger(PlannedOutcomes.class);

    private PlannedOutcomes() {}

    /**
     * The blocks; none, and no query, without a plan.
     *
     * @param evidence of the experiment, which says which versions it has
     * @param closed reads them
     * @param patience how long to wait
     */
    static Uni<OutcomeEvidence> of(
            Experiment experiment,
            List<GenerationEvidence> evidence,
            BiFunction<Experiment, List<GenerationEvidence>, Uni<OutcomeEvidence>> closed,
            Duration patience) {
        if (experiment.outcome() == null) {
            return Uni.createFrom().item(OutcomeEvidence.NONE);
        }
        return Uni.createFrom()
                .deferred(() -> closed.apply(experiment, evidence))
                .ifNoItem()
                .after(patience)
                .failWith(() -> new IllegalStateException("no answer within " + patience.toMillis() + " ms"))
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "the outcomes of experiment %s could not be read: %s",
                        experiment.testId(), failure.getMessage()))
                .onFailure()
                .recoverWithItem(OutcomeEvidence.unread("its blocks could not be read; the log says why"));
    }
}
