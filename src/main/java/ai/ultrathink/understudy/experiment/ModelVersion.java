package ai.ultrathink.understudy.experiment;

/**
 * One version of a model.
 *
 * @param name the folder's
 * @param version the version in its card; two files may have the same one
 * @param digest SHA-256 over its card and its network, in lower-case hexadecimal digits; recorded versions have the
 *     first 12 of them, or none if they were recorded before there were digests
 */
public record ModelVersion(String name, String version, String digest) {

    /** Number of digits that are shown and recorded, enough to distinguish any two files. */
    public static final int SHOWN = 12;

    /** A version recorded without a digest. */
    public static ModelVersion withoutDigest(String name, String version) {
        return new ModelVersion(name, version, "");
    }

    /** The first 12 digits of a digest, for readers. */
    public static String shown(String digest) {
        return digest.substring(0, Math.min(SHOWN, digest.length()));
    }

    /** The first 12 digits of the digest. */
    public String shownDigest() {
        return shown(digest);
    }

    /** Whether it is the version that an experiment is pinned to, by 12 digits or more. */
    public boolean is(String pinned) {
        return digest.startsWith(pinned);
    }

    /** For readers and the audit trail: {@code name@version#digest}. */
    public String text() {
        return digest.isEmpty() ? name + "@" + version : name + "@" + version + "#" + shownDigest();
    }
}
