package ai.ultrathink.understudy.experiment;

import org.jspecify.annotations.Nullable;

/**
 * Versions of a model that one process holds.
 *
 * @param name the model's
 * @param serving the version that answers, or null if none does
 * @param ready the version that is loaded and checked but does not answer yet, or null
 * @param folder the digest of its folder when last read, or null if it could not be read
 * @param gone whether the folder had been removed
 * @param problem why the folder's version is neither of the two, or null
 */
public record ModelInMemory(
        String name,
        @Nullable ModelVersion serving,
        @Nullable ModelVersion ready,
        @Nullable String folder,
        boolean gone,
        @Nullable String problem) {

    /** Whether a version answers, or could answer at once. */
    public boolean has(String digest) {
        return serves(digest) || (ready != null && ready.digest().equals(digest));
    }

    /** Whether a version answers. */
    public boolean serves(String digest) {
        return serving != null && serving.digest().equals(digest);
    }
}
