package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;

/** Is told about each prediction while it is made, on the thread that makes it: implementations do not block. */
public interface PredictionObserver {

    /** No experiment applied; control is about to answer. */
    default void untested(PredictionRequest request, Predictor control, Outcome outcome) {}

    /** An experiment has assigned the request; no model has been asked yet. */
    default void assigned(Exposure exposure) {}

    /** The caller is about to be answered. The answer leaves when all observers have returned. */
    default void served(Exposure exposure, ServingResult result) {}

    /** The background call has ended, which may be long after the answer. */
    default void completed(Exposure exposure, ServingResult result, Variant which, CallResult second) {}
}
