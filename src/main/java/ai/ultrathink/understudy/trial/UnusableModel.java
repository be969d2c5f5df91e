package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.CallWatch;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * A model that gives a wrong answer to its golden question. Callers would get wrong answers too, so it is not asked.
 *
 * @param model the one that is loaded
 * @param reason what its probe found
 */
record UnusableModel(Predictor model, String reason) implements Predictor {

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public ModelVersion loaded() {
        return model.loaded();
    }

    @Override
    public int inputSize() {
        return model.inputSize();
    }

    @Override
    public Actions actions() {
        return model.actions();
    }

    @Override
    public Uni<Outcome> predict(Features features, Variant role, Duration deadline, CallWatch watch) {
        return Uni.createFrom()
                .item(new Outcome.Invalid("not asked until its answers on this replica are right again: " + reason));
    }
}
