package ai.ultrathink.understudy.trial;

import io.smallrye.mutiny.Uni;

/** How a test runs its two models for one request. */
interface ServingMode {

    /** Runs the models; the performance is there as soon as the caller can be answered. Never fails. */
    Uni<ServingResult> run(PredictionContext context);
}
