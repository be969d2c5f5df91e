package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * A test and its ramp, read while nobody else can change either.
 *
 * @param ramp null when the test never had one
 */
public record Standing(Experiment test, @Nullable StoredRamp ramp) {

    /** The generation of the test when it is changed so: the next, or the present one when nothing about it changes. */
    public long generationOf(Experiment changed) {
        return changed.equals(test) ? test.generation() : test.generation() + 1;
    }
}
