package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.inference.Predictor;

/** Where a request goes, before any model runs. */
sealed interface Route {

    /** Nowhere: the reply says why. */
    record Refused(Reply reply) implements Route {}

    /** To the model asked for; no test applies. */
    record Plain(Predictor control) implements Route {}

    /** To a test of two models. */
    record OnTrial(Experiment experiment, Predictor control) implements Route {}
}
