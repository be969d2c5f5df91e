package ai.ultrathink.understudy.experiment;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Versions that the models of an experiment are pinned to. A digest is the SHA-256 over a model's card and network, in
 * lower-case hexadecimal digits; the first 12 are enough.
 *
 * @param controlDigest the required version of control, or null for the version that is loaded
 * @param treatmentDigest the required version of treatment, or null for the version that is loaded
 * @param onChange the policy when a model of the running experiment changes
 */
public record VersionPolicy(
        @Nullable String controlDigest, @Nullable String treatmentDigest, OnModelChange onChange) {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{12,64}");

    /** No version is pinned; a change pauses the ramp. */
    public static final VersionPolicy USUAL = new VersionPolicy(null, null, OnModelChange.PAUSE);

    /** @throws InvalidValueException if a digest is malformed */
    public VersionPolicy {
        controlDigest = digest("control_digest", controlDigest);
        treatmentDigest = digest("treatment_digest", treatmentDigest);
    }

    private static @Nullable String digest(String field, @Nullable String value) {
        if (value == null) {
            return null;
        }
        String lower = value.toLowerCase(Locale.ROOT);
        if (!DIGEST.matcher(lower).matches()) {
            throw new InvalidValueException(field, value, "12 to 64 hexadecimal digits; GET /api/v1/models has them");
        }
        return lower;
    }
}
