package ai.ultrathink.understudy.storage.db;

import ai.ultrathink.understudy.certificate.Certificates;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How connections to the database are encrypted: {@code sslmode} and {@code sslrootcert} of DATABASE_URL, with the same meaning for
 * both drivers, which is libpq's. The drivers themselves differ: one knows no sslrootcert, and the other checks no certificate with
 * require.
 *
 * @param mode null where the URL does not say, and what is configured for the drivers counts
 * @param rootCertificate the certificates of the authorities that may have signed the server's, in PEM
 */
public record DatabaseTls(@Nullable Mode mode, @Nullable Path rootCertificate) {

    private static final String MODE = "sslmode";
    private static final String ROOT_CERTIFICATE = "sslrootcert";

    /** Of libpq and of the driver for migrations; here they would do nothing or half of what they say. */
    private static final List<String> NOT_SUPPORTED =
            List.of("sslcert", "sslkey", "sslpassword", "sslcrl", "sslfactory", "sslnegotiation", "ssl");

    /** The values of sslmode. */
    enum Mode {
        DISABLE(SslMode.DISABLE),
        PREFER(SslMode.PREFER),
        REQUIRE(SslMode.REQUIRE),
        VERIFY_CA(SslMode.VERIFY_CA),
        VERIFY_FULL(SslMode.VERIFY_FULL);

        private final SslMode reactive;

        Mode(SslMode reactive) {
            this.reactive = reactive;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean verifies() {
            return this == VERIFY_CA || this == VERIFY_FULL;
        }
    }

    /**
     * Reads the parameters of a URL.
     *
     * @throws IllegalArgumentException with a message of one line
     */
    public static DatabaseTls of(String url) {
        Map<String, String> parameters = parameters(url);
        NOT_SUPPORTED.stream().filter(parameters::containsKey).findFirst().ifPresent(name -> {
            throw refused(name, "the parameters sslmode and sslrootcert");
        });
        String word = parameters.get(MODE);
        String file = parameters.get(ROOT_CERTIFICATE);
        if (word == null && file == null) {
            return new DatabaseTls(null, null);
        }
        Mode mode = Stream.of(Mode.values())
                .filter(known -> known.word().equals(word))
                .findFirst()
                .orElseThrow(() -> refused(
                        MODE + "=" + word,
                        Stream.of(Mode.values()).map(Mode::word).collect(Collectors.joining(", "))));
        if (file == null) {
            if (mode.verifies()) {
                throw refused(
                        MODE + "=" + mode.word() + " alone",
                        "with sslrootcert=FILE, the certificate of the authority that has signed the database's, in PEM");
            }
            return new DatabaseTls(mode, null);
        }
        if (mode == Mode.DISABLE || mode == Mode.PREFER) {
            throw refused(
                    ROOT_CERTIFICATE + " with " + MODE + "=" + mode.word(), "sslmode=verify-full or verify-ca with it");
        }
        // as libpq does
        return new DatabaseTls(mode == Mode.REQUIRE ? Mode.VERIFY_CA : mode, checked(file));
    }

    private static Map<String, String> parameters(String url) {
        Map<String, String> parameters = new TreeMap<>();
        int query = url.indexOf('?');
        if (query >= 0) {
            for (String parameter : url.substring(query + 1).split("&", -1)) {
                String[] parts = parameter.split("=", 2);
                parameters.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    private static Path checked(String file) {
        Path path = Path.of(file);
        if (Certificates.areIn(path)) {
            return path;
        }
        throw refused(ROOT_CERTIFICATE + "=" + file, "a file that this user may read, with certificates in PEM");
    }

    private static IllegalArgumentException refused(String got, String allowed) {
        return new IllegalArgumentException("DATABASE_URL: got " + got + "; allowed: " + allowed);
    }

    /** Sets it for the driver that serves. */
    PgConnectOptions applyTo(PgConnectOptions options) {
        if (mode == null) {
            return options;
        }
        // the driver would send it to the server, which does not know it
        options.getProperties().remove(ROOT_CERTIFICATE);
        options.setSslMode(mode.reactive);
        options.setHostnameVerificationAlgorithm(mode == Mode.VERIFY_FULL ? "HTTPS" : "");
        if (rootCertificate != null) {
            options.setTrustAll(false);
            options.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate.toString()));
        } else {
            options.setTrustAll(true);
        }
        return options;
    }

    /** Sets it for the driver that migrates. */
    void applyTo(Properties properties) {
        if (mode != null) {
            properties.setProperty(MODE, mode.word());
        }
        if (rootCertificate != null) {
            properties.setProperty(ROOT_CERTIFICATE, rootCertificate.toString());
        }
    }

    /** The URL without the two parameters, which would have precedence over properties. */
    static String without(String url) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url;
        }
        List<String> kept = new ArrayList<>(List.of(url.substring(query + 1).split("&", -1)));
        kept.removeIf(parameter -> parameter.startsWith(MODE + "=") || parameter.startsWith(ROOT_CERTIFICATE + "="));
        String address = url.substring(0, query);
        return kept.isEmpty() ? address : address + "?" + String.join("&", kept);
    }
}
