package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import io.smallrye.mutiny.Uni;

/** Asks the model. One that is not loaded, or that takes other features or advises other actions than control, is a treatment that fails. */
final class ModelCall implements TreatmentCall {

    @Override
    public Access ask(TreatmentRequest request) {
        return new Granted(request.exposure()
                .request()
                .trace()
                .called(Variant.TREATMENT, outcome(request))
                .map(CallResult::of));
    }

    private static Uni<Outcome> outcome(TreatmentRequest request) {
        Exposure exposure = request.exposure();
        Features features = exposure.request().features();
        if (exposure.treatment().isEmpty()) {
            return failed("model " + exposure.experiment().treatmentModel() + " is not loaded");
        }
        Predictor model = exposure.treatment().get();
        if (model.inputSize() != features.size()) {
            return failed(
                    "model " + model.name() + " takes " + model.inputSize() + " features, not " + features.size());
        }
        if (!model.actions().equals(exposure.control().actions())) {
            return failed("model " + model.name() + " advises " + model.actions() + ", and control "
                    + exposure.control().actions());
        }
        return model.predict(features, Variant.TREATMENT, request.deadline(), request.watch());
    }

    private static Uni<Outcome> failed(String detail) {
        return Uni.createFrom().item(new Outcome.Failed(detail));
    }
}
