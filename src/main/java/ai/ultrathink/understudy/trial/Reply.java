package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a caller gets. */
public sealed interface Reply {

    /**
     * An answer.
     *
     * @param answered whose answer it is and what it says
     * @param latencyNanos from the request's arrival to the answer, in nanoseconds
     * @param time when the request arrived
     * @param placement how the test that applied placed the request, or null when none applied
     */
    record Served(
            PredictionRequest request,
            Outcome.Answered answered,
            long latencyNanos,
            Instant time,
            @Nullable Placement placement)
            implements Reply {}

    /** Control could not answer. A treatment's answer is never given in its place. */
    record Unavailable(String detail) implements Reply {}

    /** The request names a test that does not exist. */
    record UnknownExperiment(String testId) implements Reply {}

    /** The request does not fit the model or the test: which field, what came, what is allowed. */
    record Unfit(String detail) implements Reply {}

    /** How a test placed a request. */
    record Placement(
            String testId,
            Group assigned,
            Variant servedBy,
            boolean shadowMode,
            long generation,
            @Nullable Fallback fallback) {

        /** Null when there is no answer. */
        static @Nullable Placement of(Exposure exposure, ServingResult result) {
            Experiment experiment = exposure.experiment();
            Variant server = result.servedBy();
            return server == null
                    ? null
                    : new Placement(
                            experiment.testId(),
                            result.assigned(),
                            server,
                            experiment.shadow(),
                            experiment.generation(),
                            result.fallback());
        }
    }
}
