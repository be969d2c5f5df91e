package ai.ultrathink.understudy.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsSettingsTest {

    private static final String CERTIFICATE = "UNDERSTUDY_TLS_CERTIFICATE";
    private static final String KEY = "UNDERSTUDY_TLS_KEY";

    @TempDir
    static Path directory = Path.of("");

    private static Authority.Pair pair;

    @BeforeAll
    static void sign() throws IOException {
        pair = Authority.create(directory, "authority").sign("server", "");
    }

    @Test
    void without_a_certificate_nothing_is_set() {
        assertEquals(Map.of(), settings(Map.of()).properties());
    }

    @Test
    void with_a_certificate_the_other_port_is_closed() {
        Map<String, String> properties = settings(both()).properties();

        assertEquals("disabled", properties.get("quarkus.http.insecure-requests"));
        assertEquals(pair.certificate().toString(), properties.get("quarkus.tls.understudy.key-store.pem.0.cert"));
    }

    @ParameterizedTest
    @CsvSource({
        "UNDERSTUDY_TLS_KEY, pom.xml, a private key in PEM",
        "UNDERSTUDY_TLS_KEY, nowhere, a private key in PEM",
        "UNDERSTUDY_TLS_CERTIFICATE, pom.xml, certificates in PEM",
        "UNDERSTUDY_TLS_CLIENT_CA, nowhere, certificates in PEM",
        "UNDERSTUDY_TLS_CLIENT_AUTH, required, with UNDERSTUDY_TLS_CLIENT_CA",
        "UNDERSTUDY_TLS_CLIENTS_FILE, clients, with UNDERSTUDY_TLS_CLIENT_CA"
    })
    void what_cannot_be_is_refused_in_one_line(String name, String value, String allowed) {
        Map<String, String> environment = both();
        environment.put(name, value);

        assertRefused(environment, name, allowed);
    }

    @Test
    void one_of_the_two_is_not_enough() {
        assertRefused(Map.of(CERTIFICATE, pair.certificate().toString()), KEY, "are set together");
        assertRefused(Map.of(KEY, pair.key().toString()), CERTIFICATE, "are set together");
    }

    @Test
    void a_key_of_another_certificate_is_refused() throws IOException {
        Authority.Pair other = Authority.create(Files.createDirectory(directory.resolve("other")), "authority")
                .sign("server", "");

        assertRefused(
                Map.of(
                        CERTIFICATE,
                        pair.certificate().toString(),
                        KEY,
                        other.key().toString()),
                KEY,
                "the key of the first certificate in " + pair.certificate());
    }

    @Test
    void a_file_of_clients_needs_callers_that_are_known() {
        Map<String, String> environment = both();
        environment.put("UNDERSTUDY_TLS_CLIENT_CA", pair.certificate().toString());
        environment.put("UNDERSTUDY_TLS_CLIENTS_FILE", "clients");
        String refused = String.valueOf(assertThrows(IllegalArgumentException.class, () -> settings(environment, true))
                .getMessage());
        assertTrue(refused.startsWith("UNDERSTUDY_TLS_CLIENTS_FILE: got "), refused);
        assertTrue(refused.contains("UNDERSTUDY_AUTH=tokens"), refused);

        assertEquals(pair.certificate(), settings(environment).clientAuthority());

        environment.put("UNDERSTUDY_TLS_CLIENT_AUTH", "perhaps");
        assertRefused(environment, "UNDERSTUDY_TLS_CLIENT_AUTH", "request or required");
    }

    private static Map<String, String> both() {
        return new HashMap<>(Map.of(
                CERTIFICATE, pair.certificate().toString(), KEY, pair.key().toString()));
    }

    private static TlsSettings settings(Map<String, String> environment) {
        return settings(environment, false);
    }

    private static TlsSettings settings(Map<String, String> environment, boolean anonymous) {
        return TlsSettings.of(name -> Optional.ofNullable(environment.get(name)), anonymous);
    }

    private static void assertRefused(Map<String, String> environment, String name, String allowed) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> settings(environment));
        String line = String.valueOf(refused.getMessage());
        assertTrue(line.startsWith(name + ": got "), line);
        assertTrue(line.contains(allowed), line);
        assertEquals(1, line.lines().count());
    }
}
