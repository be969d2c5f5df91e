package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.storage.Standing;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Whether the two models of a test can stand for each other, as they are loaded and promoted now. Asked anew whenever a treatment
 * is to be used, because a reload or a promotion may have changed either. All models of this service advise the same actions: a
 * folder with others does not load.
 */
@ApplicationScoped
public class Fitness {

    private final Models models;

    Fitness(Models models) {
        this.models = models;
    }

    /** Why a test's treatment may not be promoted, if it may not. */
    Optional<String> refusal(Standing standing) {
        Experiment test = standing.test();
        String treatment = test.treatmentModel();
        if (models.find(treatment).isEmpty()) {
            return Optional.of("model " + treatment + " is not loaded on this replica and could not answer;"
                    + " GET /api/v1/models says why");
        }
        return mismatch(standing.served(), treatment);
    }

    /**
     * Why one model cannot stand for another, if it cannot. Of a model that is not loaded nothing is known, and nothing said.
     *
     * @param control the model that answers now
     */
    public Optional<String> mismatch(String control, String treatment) {
        Optional<Predictor> inUse = models.find(control);
        Optional<Predictor> onTrial = models.find(treatment);
        if (inUse.isEmpty() || onTrial.isEmpty()) {
            return Optional.empty();
        }
        int taken = inUse.get().inputSize();
        int wanted = onTrial.get().inputSize();
        return taken == wanted
                ? Optional.empty()
                : Optional.of("model " + control + " takes " + taken + " features and model " + treatment + " takes "
                        + wanted + "; the two of a test must take the same");
    }
}
