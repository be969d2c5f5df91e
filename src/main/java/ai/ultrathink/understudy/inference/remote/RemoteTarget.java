package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A model on a server.
 *
 * @param rpc whether the server is asked by gRPC, else by REST
 * @param tls whether the connection is encrypted
 * @param path what comes before {@code /v2} in the addresses of REST; empty or beginning with a slash
 * @param model the model's name on the server
 * @param version its version on the server, or null if the server chooses
 */
public record RemoteTarget(
        boolean rpc,
        boolean tls,
        String host,
        int port,
        String path,
        String model,
        @Nullable String version) {

    private static final String ALLOWED = "http://host:8000, https://host:8000, grpc://host:8001 or grpcs://host:8001,"
            + " without a user, a query or a fragment";
    private static final int LARGEST_PORT = 65_535;

    /**
     * Reads an address.
     *
     * @throws InvalidValueException if it cannot be used
     */
    public static RemoteTarget of(String url, String model, @Nullable String version) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw refused(url);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (host == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getPort() == 0
                || uri.getPort() > LARGEST_PORT) {
            throw refused(url);
        }
        return switch (scheme) {
            case "http" -> new RemoteTarget(false, false, host, port(uri, 80), path, model, version);
            case "https" -> new RemoteTarget(false, true, host, port(uri, 443), path, model, version);
            case "grpc" -> new RemoteTarget(true, false, host, port(uri, 80), none(path, url), model, version);
            case "grpcs" -> new RemoteTarget(true, true, host, port(uri, 443), none(path, url), model, version);
            default -> throw refused(url);
        };
    }

    private static int port(URI uri, int usual) {
        return uri.getPort() < 0 ? usual : uri.getPort();
    }

    /** The methods of gRPC have fixed paths. */
    private static String none(String path, String url) {
        if (!path.isEmpty()) {
            throw refused(url);
        }
        return path;
    }

    private static InvalidValueException refused(String url) {
        return new InvalidValueException("remote.url", url, ALLOWED);
    }

    /** The address as the card has it. */
    public String url() {
        return (rpc ? "grpc" : "http") + (tls ? "s" : "") + "://" + host + ":" + port + path;
    }

    /** For readers, such as {@code credit 3 at http://host:8000}. */
    public String describe() {
        return model + (version == null ? "" : " " + version) + " at " + url();
    }
}
