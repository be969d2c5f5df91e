package ai.ultrathink.understudy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import ai.ultrathink.understudy.testkit.Authority;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong setting stops the start with one line that names it and says what is allowed. */
class RefusedStartIT {

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({
        "DATABASE_URL, mysql://localhost/db, postgresql://host:port/database",
        "DATABASE_URL, jdbc:postgresql://localhost/db, postgresql://host:port/database",
        "DATABASE_URL, postgresql://localhost, postgresql://host:port/database",
        "DATABASE_URL, no url at all, postgresql://host:port/database",
        "UNDERSTUDY_MODELS_DIR, nowhere/at/all, a directory that exists",
        "UNDERSTUDY_MODELS_DIR, pom.xml, a directory that exists",
        "UNDERSTUDY_DATA_DIR, pom.xml, a directory",
        "QUARKUS_HTTP_PORT, eighty, 0 to 65535",
        "QUARKUS_HTTP_PORT, 70000, 0 to 65535",
        "QUARKUS_HTTP_PORT, -1, 0 to 65535",
        "UNDERSTUDY_MODELS_DEFAULT_MODEL, universl, 'bear_specialist, bear_specialist_v2'",
        "JAVA_HEAP, plenty, a size such as 768m",
        "UNDERSTUDY_AUTH, ldap, 'none, tokens, oidc'",
        "OIDC_ISSUER, id.example.com, the URL of the identity provider",
        "UNDERSTUDY_AUTH, tokens, a file of tokens",
        "UNDERSTUDY_ALLOW_ANONYMOUS, perhaps, true or false",
        "QUARKUS_HTTP_HOST, 0.0.0.0, UNDERSTUDY_ALLOW_ANONYMOUS=true",
        "UNDERSTUDY_WEBHOOKS, Desk, up to 10 different names",
    })
    void a_wrong_setting_stops_the_start_with_one_line(String name, String value, String allowed) throws IOException {
        assertRefused(
                name.startsWith("OIDC_") ? Map.of("UNDERSTUDY_AUTH", "oidc", name, value) : Map.of(name, value),
                name,
                value,
                allowed);
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, 0s, from 1ms to 1m",
        "UNDERSTUDY_INFERENCE_THREADS, 5000, from 1 to 512",
        "UNDERSTUDY_STORAGE_RETENTION, 0s, from 1d to 36500d",
        "UNDERSTUDY_JOURNAL_MAX_SIZE, plenty, a size from 64K",
    })
    void a_setting_that_makes_no_sense_stops_the_start_and_not_the_first_request(
            String name, String value, String allowed) throws IOException {
        // nobody listens there; a service with sound settings would start all the same
        assertRefused(
                Map.of("DATABASE_URL", "postgresql://127.0.0.1:9/understudy", name, value),
                name + ": got \"" + value + "\"; allowed: ",
                allowed);
    }

    @Test
    @Execution(CONCURRENT)
    void a_retention_of_the_audit_trail_below_the_least_stops_the_start() throws IOException {
        assertRefused(
                Map.of("DATABASE_URL", "postgresql://127.0.0.1:9/understudy", "UNDERSTUDY_AUDIT_RETENTION", "9d"),
                "UNDERSTUDY_AUDIT_RETENTION: got \"9d\"",
                "from 90d");
    }

    @Test
    @Execution(CONCURRENT)
    void a_password_in_a_wrong_url_is_not_printed() throws IOException {
        try (ServiceProcess service = start(Map.of("DATABASE_URL", "mysql://trader:hunter2@localhost/db"))) {
            assertEquals(1, service.exitCode());
            assertTrue(!service.errors().contains("hunter2"), service::errors);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_port_in_use_stops_the_start_and_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            String port = String.valueOf(taken.getLocalPort());
            try (ServiceProcess service = start(Map.of("QUARKUS_HTTP_PORT", port))) {
                assertEquals(1, service.exitCode());
                assertTrue(service.errors().contains("QUARKUS_HTTP_PORT: got \"" + port), service::errors);
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void with_tls_the_port_in_use_is_that_of_tls() throws IOException {
        Authority authority = Authority.create(Files.createDirectory(directory.resolve("authority")), "authority");
        Authority.Pair pair = authority.sign("service", "san=dns:localhost");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            String port = String.valueOf(taken.getLocalPort());
            assertRefused(
                    Map.of(
                            "UNDERSTUDY_TLS_CERTIFICATE", pair.certificate().toString(),
                            "UNDERSTUDY_TLS_KEY", pair.key().toString(),
                            "QUARKUS_HTTP_SSL_PORT", port),
                    "QUARKUS_HTTP_SSL_PORT: got \"" + port,
                    "a port that is not in use");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_data_directory_that_cannot_be_made_stops_the_start_with_one_line() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertRefused(Map.of("UNDERSTUDY_DATA_DIR", file.resolve("data").toString()), "UNDERSTUDY_DATA_DIR");
    }

    @Test
    @Execution(CONCURRENT)
    void a_data_directory_in_use_stops_the_start_with_one_line() throws IOException {
        Path data = Files.createDirectory(directory.resolve("used"));
        try (FileChannel other =
                FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertTrue(other.tryLock().isValid());
            assertRefused(Map.of("UNDERSTUDY_DATA_DIR", data.toString()), "UNDERSTUDY_DATA_DIR", "of its own");
        }
    }

    private void assertRefused(Map<String, String> environment, String... words) throws IOException {
        try (ServiceProcess service = start(environment)) {
            assertEquals(1, service.exitCode());
            List<String> lines = service.errors().lines().toList();
            assertEquals(1, lines.size(), service::errors);
            for (String word : words) {
                assertTrue(lines.getFirst().contains(word), () -> "no \"" + word + "\" in " + lines);
            }
        }
    }

    private ServiceProcess start(Map<String, String> environment) throws IOException {
        return ServiceProcess.start(directory, environment);
    }
}
