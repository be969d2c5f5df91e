package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.smallrye.mutiny.Uni;

/** How an experiment uses its two models for one request. */
interface ServingMode {

    /** Asks the models; the result is there as soon as the caller can be answered. Never fails. */
    Uni<ServingResult> run(Exposure exposure);
}
