package ai.ultrathink.understudy.http.connection;

import ai.ultrathink.understudy.certificate.Certificates;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settings of HTTPS: where its files are, and whether callers may or must have certificates. Quarkus serves by them; this turns
 * the service's variables into Quarkus' settings.
 *
 * @param certificate the chain in PEM, null where there is no HTTPS
 * @param key in PEM, PKCS #8
 * @param clientAuthority the certificates in PEM of the authorities that sign callers' certificates, null where none is asked for
 */
public record TlsSettings(
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path clientAuthority) {

    private static final String CERTIFICATE = "UNDERSTUDY_TLS_CERTIFICATE";
    private static final String KEY = "UNDERSTUDY_TLS_KEY";
    private static final String CLIENT_CA = "UNDERSTUDY_TLS_CLIENT_CA";
    private static final String CLIENT_AUTH = "UNDERSTUDY_TLS_CLIENT_AUTH";
    private static final String CLIENTS_FILE = "UNDERSTUDY_TLS_CLIENTS_FILE";

    /** Its name in Quarkus' registry. */
    static final String NAME = "understudy";

    /** The property of Quarkus that is set where the service listens with TLS. */
    public static final String IN_USE = "quarkus.http.tls-configuration-name";

    private static final String PREFIX = "quarkus.tls." + NAME + ".";

    /**
     * Checks the settings.
     *
     * @param setting the value of an environment variable
     * @param anonymous whether callers need no credential
     * @throws IllegalArgumentException with a message of one line
     */
    public static TlsSettings of(Function<String, Optional<String>> setting, boolean anonymous) {
        Path certificate = setting.apply(CERTIFICATE).map(Path::of).orElse(null);
        Path key = setting.apply(KEY).map(Path::of).orElse(null);
        Path authority = setting.apply(CLIENT_CA).map(Path::of).orElse(null);
        if ((certificate == null) != (key == null)) {
            String missing = certificate == null ? CERTIFICATE : KEY;
            throw refused(missing, "", "a file in PEM; the certificate and its key are set together");
        }
        if (authority != null && certificate == null) {
            throw refused(CLIENT_CA, authority.toString(), "with " + CERTIFICATE + " and " + KEY);
        }
        for (String name : new String[] {CLIENT_AUTH, CLIENTS_FILE}) {
            if (authority == null && setting.apply(name).isPresent()) {
                throw refused(name, setting.apply(name).orElse(""), "with " + CLIENT_CA);
            }
        }
        setting.apply(CLIENT_AUTH)
                .filter(word -> !word.equals("request") && !word.equals("required"))
                .ifPresent(word -> {
                    throw refused(CLIENT_AUTH, word, "request or required");
                });
        if (anonymous && setting.apply(CLIENTS_FILE).isPresent()) {
            throw refused(
                    CLIENTS_FILE,
                    setting.apply(CLIENTS_FILE).orElse(""),
                    "with UNDERSTUDY_AUTH=tokens or oidc, because without them all callers may do everything");
        }
        TlsSettings settings = new TlsSettings(certificate, key, authority);
        settings.checkFiles();
        return settings;
    }

    /** The same as Quarkus' settings; those that the environment has stay as they are there. */
    public Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        if (certificate == null || key == null) {
            return properties;
        }
        properties.put(IN_USE, NAME);
        properties.put("quarkus.http.insecure-requests", "disabled");
        properties.put(PREFIX + "key-store.pem.0.cert", certificate.toString());
        properties.put(PREFIX + "key-store.pem.0.key", key.toString());
        if (clientAuthority != null) {
            properties.put(PREFIX + "trust-store.pem.certs", clientAuthority.toString());
        }
        return properties;
    }

    /**
     * Checks what the files hold.
     *
     * @throws IllegalArgumentException with a message of one line: which file, what it holds, what it should hold
     */
    void checkFiles() {
        if (certificate != null && key != null) {
            checkCertificates(CERTIFICATE, certificate);
            if (!Certificates.isKeyIn(key)) {
                throw refused(
                        KEY,
                        key.toString(),
                        "a file that this user may read, with a private key in PEM that is not encrypted (PKCS #8)");
            }
            if (!Certificates.belongTogether(certificate, key)) {
                throw refused(
                        KEY,
                        key.toString(),
                        "the key of the first certificate in " + certificate + ", and it is another");
            }
        }
        if (clientAuthority != null) {
            checkCertificates(CLIENT_CA, clientAuthority);
        }
    }

    private static void checkCertificates(String name, Path file) {
        if (!Certificates.areIn(file)) {
            throw refused(name, file.toString(), "a file that this user may read, with certificates in PEM");
        }
    }

    private static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}
