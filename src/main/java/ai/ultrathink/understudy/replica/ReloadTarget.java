package ai.ultrathink.understudy.replica;

import ai.ultrathink.understudy.experiment.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * Version of one model that a reload wants.
 *
 * @param version the version to serve, or null to remove the model
 */
public record ReloadTarget(String model, @Nullable ModelVersion version) {

    /** The version, or the removal, in words. */
    public String text() {
        return version == null ? model + " taken away" : version.text();
    }
}
