package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * A test, its ramp and what its control model's name answers with, read while nobody else can change any of them.
 *
 * @param ramp null when the test never had one
 * @param promotion of the control model's name, or null while the control model answers for it
 */
public record Standing(
        Experiment test,
        @Nullable StoredRamp ramp,
        @Nullable Promotion promotion) {

    /** A test whose control model answers for its own name. */
    public Standing(Experiment test, @Nullable StoredRamp ramp) {
        this(test, ramp, null);
    }

    /** The model that answers for the control model's name. */
    public String served() {
        return promotion == null ? test.controlModel() : promotion.serves();
    }

    /** Whether the promotion in force is this test's own. */
    public boolean promoted() {
        return promotion != null && promotion.testId().equals(test.testId());
    }

    /** The generation of the test when it is changed so: the next, or the present one when nothing about it changes. */
    public long generationOf(Experiment changed) {
        return changed.equals(test) ? test.generation() : test.generation() + 1;
    }
}
