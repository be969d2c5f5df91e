package ai.ultrathink.understudy.http.request;

/** Media types that JAX-RS has no constant for. */
public final class MediaTypes {

    public static final String MARKDOWN = "text/markdown";

    private MediaTypes() {}
}
