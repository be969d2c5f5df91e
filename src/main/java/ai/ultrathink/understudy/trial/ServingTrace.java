package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.exposure.ServingResult;

/** Notes in the trace of a request how it was served. */
final class ServingTrace implements PredictionObserver {

    private static final String REQUEST = "understudy.request_id";

    @Override
    public void untested(PredictionRequest request, Predictor control, Outcome outcome) {
        request.trace().note(REQUEST, request.requestId());
    }

    @Override
    public void served(Exposure exposure, ServingResult result) {
        RequestTrace trace = exposure.request().trace();
        Variant servedBy = result.servedBy();
        Fallback fallback = result.fallback();
        trace.note(REQUEST, exposure.request().requestId());
        trace.note("understudy.test_id", exposure.experiment().testId());
        trace.note("understudy.assigned_group", result.assigned().wireName());
        trace.note("understudy.served_by", servedBy == null ? null : servedBy.wireName());
        trace.note("understudy.fallback", fallback == null ? null : fallback.wireName());
    }
}
