package ai.ultrathink.understudy.experiment;

import org.jspecify.annotations.Nullable;

/**
 * Which versions of a model this process has.
 *
 * @param name the model's
 * @param serving the version that answers, or null when none does
 * @param ready the version that is loaded and checked and does not answer, or null
 * @param folder the digest of its folder when that was last looked at, or null when it could not be read
 * @param gone whether there was no folder any more
 * @param problem why the folder's version is neither of the two, or null
 */
public record ModelInMemory(
        String name,
        @Nullable ModelVersion serving,
        @Nullable ModelVersion ready,
        @Nullable String folder,
        boolean gone,
        @Nullable String problem) {

    /** Whether a version answers, or could from one moment to the next. */
    public boolean has(String digest) {
        return serves(digest) || (ready != null && ready.digest().equals(digest));
    }

    /** Whether a version answers. */
    public boolean serves(String digest) {
        return serving != null && serving.digest().equals(digest);
    }
}
