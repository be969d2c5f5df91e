package ai.ultrathink.understudy.replica;

import ai.ultrathink.understudy.experiment.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * What a reload wants of one model.
 *
 * @param version to serve, or null to take the model away
 */
public record ReloadTarget(String model, @Nullable ModelVersion version) {

    /** The version, or that there shall be none, in words. */
    public String text() {
        return version == null ? model + " taken away" : version.text();
    }
}
