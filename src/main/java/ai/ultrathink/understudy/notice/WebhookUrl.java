package ai.ultrathink.understudy.notice;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a webhook is. Its path and query may be a secret, as those of Slack are, so it shows neither.
 *
 * @param target path and query
 */
record WebhookUrl(boolean tls, String host, int port, String target) {

    static final String ALLOWED =
            "http:// or https:// with a host, without a user and a fragment, at most 2048 characters";
    private static final int LARGEST_PORT = 65_535;
    private static final int LONGEST = 2048;

    /** Reads an address; empty if it cannot be used. */
    static Optional<WebhookUrl> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.strip());
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean tls = scheme.equals("https");
            if ((!tls && !scheme.equals("http"))
                    || uri.getHost() == null
                    || uri.getRawUserInfo() != null
                    || uri.getRawFragment() != null
                    || uri.getPort() == 0
                    || uri.getPort() > LARGEST_PORT) {
                return Optional.empty();
            }
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            int usual = tls ? 443 : 80;
            return Optional.of(new WebhookUrl(
                    tls,
                    uri.getHost(),
                    uri.getPort() < 0 ? usual : uri.getPort(),
                    uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Nothing that may be a secret. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port;
    }
}
