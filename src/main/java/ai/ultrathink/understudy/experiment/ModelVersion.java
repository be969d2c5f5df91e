package ai.ultrathink.understudy.experiment;

/**
 * Which model it was.
 *
 * @param name the folder's
 * @param version what its card calls it; nothing keeps two files from being called the same
 * @param digest SHA-256 over its card and its network, in lower-case hexadecimal digits
 */
public record ModelVersion(String name, String version, String digest) {

    private static final int SHOWN = 12;

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
        return name + "@" + version + "#" + shownDigest();
    }
}
