package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import org.jspecify.annotations.Nullable;

/**
 * One of a test's models is another from now on.
 *
 * @param from null when nobody knows
 * @param to null when there is none any more
 */
public record ModelChange(
        Variant role, @Nullable ModelVersion from, @Nullable ModelVersion to) {

    /** In words, as the audit trail has it. */
    public String text() {
        return role.wireName() + " " + text(from) + " → " + text(to);
    }

    private static String text(@Nullable ModelVersion version) {
        return version == null ? "none" : version.text();
    }
}
