package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import org.jspecify.annotations.Nullable;

/**
 * Change of the version of one of an experiment's models.
 *
 * @param from null if unknown
 * @param to null if the model was removed
 */
public record ModelChange(
        Variant role, @Nullable ModelVersion from, @Nullable ModelVersion to) {

    /** The change in words, for the audit trail. */
    public String text() {
        return role.wireName() + " " + text(from) + " → " + text(to);
    }

    private static String text(@Nullable ModelVersion version) {
        return version == null ? "none" : version.text();
    }
}
