package ai.ultrathink.understudy.experiment;

/**
 * Which model it was.
 *
 * @param name the folder's
 * @param version what its card calls it; nothing keeps two files from being called the same
 * @param digest SHA-256 over its card and its network, in lower-case hexadecimal digits; of what was recorded the first 12 of them,
 *     or none where it is from before digests were
 */
public record ModelVersion(String name, String version, String digest) {

    /** Digits that are shown and recorded, and tell any two files apart. */
    public static final int SHOWN = 12;

    /** A version of which nothing was recorded but what its card called it. */
    public static ModelVersion withoutDigest(String name, String version) {
        return new ModelVersion(name, version, "");
    }

    /** The first 12 digits of a digest, which is how people see one. */
    public static String shown(String digest) {
        return digest.substring(0, Math.min(SHOWN, digest.length()));
    }

    /** The first 12 digits of the digest. */
    public String shownDigest() {
        return shown(digest);
    }

    /** Whether it is the version that a test is pinned to, by 12 digits or more. */
    public boolean is(String pinned) {
        return digest.startsWith(pinned);
    }

    /** As people and the audit trail write it: {@code name@version#digest}. */
    public String text() {
        return digest.isEmpty() ? name + "@" + version : name + "@" + version + "#" + shownDigest();
    }
}
