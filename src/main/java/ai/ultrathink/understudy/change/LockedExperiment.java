package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An experiment, its ramp and its control model's promotion, read under a lock so that none of them can change.
 *
 * @param ramp null if the experiment never had one
 * @param promotion of the control model's name, or null while the control model answers for it
 */
public record LockedExperiment(
        Experiment experiment,
        @Nullable PersistedRamp ramp,
        @Nullable Promotion promotion) {

    /** An experiment whose control model answers for its own name. */
    public LockedExperiment(Experiment experiment, @Nullable PersistedRamp ramp) {
        this(experiment, ramp, null);
    }

    /** The model that answers for the control model's name. */
    public String served() {
        return promotion == null ? experiment.controlModel() : promotion.serves();
    }

    /**
     * Why the experiment makes no sense since a promotion, if so: it would compare a model with itself, or be an A/A test of two
     * different models.
     */
    public Optional<String> spoiltByPromotion() {
        if (promotion == null) {
            return Optional.empty();
        }
        if (experiment.ofOneName()) {
            return Optional.of(spoilt(
                    promotion,
                    "compare it with " + experiment.treatmentModel() + ", although it is an A/A test; ",
                    "an A/A test of " + promotion.serves()));
        }
        return experiment.aa() || !promotion.serves().equals(experiment.treatmentModel())
                ? Optional.empty()
                : Optional.of(spoilt(promotion, "compare it with itself; ", "a test of another treatment"));
    }

    private String spoilt(Promotion by, String effect, String instead) {
        return "model " + by.serves() + " answers for " + by.model() + " since test " + by.testId()
                + " was promoted, so test " + experiment.testId() + " would " + effect
                + "take that promotion back, with DELETE /api/v1/ab-test/" + by.testId() + "/promote, or create "
                + instead;
    }

    /** Whether the promotion in force came from this experiment. */
    public boolean promoted() {
        return promotion != null && promotion.testId().equals(experiment.testId());
    }

    /** The generation after this change: the next one, or the present one if nothing about the experiment changes. */
    public long generationOf(Experiment changed) {
        return changed.equals(experiment) ? experiment.generation() : experiment.generation() + 1;
    }
}
