package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Authority;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both drivers against a PostgreSQL whose certificate is for localhost and not for 127.0.0.1. */
class DatabaseTlsTest {

    private static final String ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

    @TempDir
    static Path directory = Path.of("");

    private static final Vertx VERTX = Vertx.vertx();
    private static LocalPostgres postgres;
    private static LocalPostgres plain;
    private static Path right;
    private static Path other;

    @BeforeAll
    static void start() throws IOException {
        Authority authority = Authority.create(directory, "authority");
        right = authority.certificate();
        other = Authority.create(directory, "other").certificate();
        Authority.Pair server = authority.sign("localhost", "san=dns:localhost");
        postgres = LocalPostgres.start(
                Files.createDirectory(directory.resolve("encrypted")),
                Map.of(
                        "ssl", "on",
                        "ssl_cert_file", server.certificate().toString(),
                        "ssl_key_file", server.key().toString()));
        plain = LocalPostgres.start(Files.createDirectory(directory.resolve("plain")));
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
        plain.close();
        VERTX.close();
    }

    @ParameterizedTest
    @CsvSource({
        "?sslmode=disable, false",
        "?sslmode=prefer, true",
        "?sslmode=require, true",
        "?sslmode=require&sslrootcert=RIGHT, true",
        "?sslmode=verify-ca&sslrootcert=RIGHT, true",
        "?sslmode=verify-full&sslrootcert=RIGHT, true",
        "?sslmode=verify-full&sslrootcert=RIGHT&application_name=understudy, true"
    })
    void both_drivers_connect_as_the_url_says(String parameters, boolean encrypted) throws SQLException {
        String url = url(postgres, "localhost", parameters);

        assertEquals(encrypted, reactive(url));
        assertEquals(encrypted, jdbc(url));
    }

    @Test
    void prefer_takes_a_database_without_tls() throws SQLException {
        String url = url(plain, "localhost", "?sslmode=prefer");

        assertEquals(false, reactive(url));
        assertEquals(false, jdbc(url));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, ?sslmode=verify-full&sslrootcert=RIGHT, for another host, use a host name of the certificate",
        "localhost, ?sslmode=verify-full&sslrootcert=OTHER, not valid by sslrootcert, must hold the certificate",
        "localhost, ?sslmode=verify-ca&sslrootcert=OTHER, not valid by sslrootcert, must hold the certificate",
        "localhost, ?sslmode=require&sslrootcert=OTHER, not valid by sslrootcert, must hold the certificate"
    })
    void a_certificate_that_is_not_right_is_refused_with_what_to_do(
            String host, String parameters, String what, String advice) {
        String url = url(postgres, host, parameters);

        String ofReactive = cause(assertThrows(CompletionException.class, () -> reactive(url)));
        String ofJdbc = cause(assertThrows(SQLException.class, () -> jdbc(url)));

        // this driver tells no reason
        assertTrue(ofReactive.contains("sslrootcert of DATABASE_URL must hold"), ofReactive);
        assertTrue(ofReactive.contains("the host name must be in it"), ofReactive);
        assertTrue(ofJdbc.contains(what), ofJdbc);
        assertTrue(ofJdbc.contains(advice), ofJdbc);
    }

    @Test
    void a_database_without_tls_is_refused_where_tls_is_required() {
        String url = url(plain, "localhost", "?sslmode=require");

        for (String cause : List.of(
                cause(assertThrows(CompletionException.class, () -> reactive(url))),
                cause(assertThrows(SQLException.class, () -> jdbc(url))))) {
            assertTrue(cause.contains("takes no encrypted connections"), cause);
            assertTrue(cause.contains("turn ssl on"), cause);
        }
    }

    private static String cause(Throwable failure) {
        return FailureCause.of(failure)
                .orElseThrow(() -> new AssertionError(failure))
                .sentence();
    }

    @Test
    void a_database_that_wants_tls_says_so() {
        SQLException refused = new SQLException(
                "FATAL: no pg_hba.conf entry for host \"10.0.0.7\", user \"understudy\", database \"db\", no encryption",
                "28000");

        String sentence = FailureCause.of(refused).orElseThrow().sentence();

        assertTrue(sentence.contains("encrypted connections only"), sentence);
        assertTrue(sentence.contains("sslmode=verify-full"), sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "sslmode=always, 'disable, prefer, require, verify-ca, verify-full'",
        "sslmode=allow, 'disable, prefer, require, verify-ca, verify-full'",
        "sslmode=verify-full, with sslrootcert=FILE",
        "sslmode=verify-ca, with sslrootcert=FILE",
        "sslmode=prefer&sslrootcert=RIGHT, sslmode=verify-full or verify-ca",
        "sslrootcert=RIGHT, 'disable, prefer, require, verify-ca, verify-full'",
        "sslmode=verify-full&sslrootcert=/nowhere/at/all, certificates in PEM",
        "sslmode=verify-full&sslrootcert=pom.xml, certificates in PEM",
        "sslmode=require&sslcert=a.crt, sslmode and sslrootcert",
        "ssl=true, sslmode and sslrootcert"
    })
    void what_cannot_be_is_refused_in_one_line(String parameters, String allowed) {
        String url = url(plain, "localhost", "?" + parameters);

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> DatabaseTls.of(url));

        String line = String.valueOf(refused.getMessage());
        assertTrue(line.startsWith("DATABASE_URL: got "), line);
        assertTrue(line.contains("allowed: " + allowed) || line.contains(allowed), line);
        assertEquals(1, line.lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?application_name=a", "?application_name=a&options=b"})
    void a_url_without_these_parameters_stays_as_it_is(String parameters) {
        String url = "postgresql://host:1/db" + parameters;

        assertEquals(new DatabaseTls(null, null), DatabaseTls.of(url));
        assertEquals(url, DatabaseTls.without(url));
    }

    private static String url(LocalPostgres postgres, String host, String parameters) {
        return postgres.url().replace("127.0.0.1", host)
                + parameters.replace("RIGHT", right.toString()).replace("OTHER", other.toString());
    }

    private static boolean reactive(String url) {
        PgConnectOptions options =
                DatabaseTls.of(url).applyTo(PgConnectOptions.fromUri(url).setUser("postgres"));
        return PgConnection.connect(VERTX, options)
                .compose(connection -> connection
                        .query(ENCRYPTED)
                        .execute()
                        .map(rows -> rows.iterator().next().getBoolean(0))
                        .eventually(() -> connection.close()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static boolean jdbc(String url) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        DatabaseTls.of(url).applyTo(properties);
        try (Connection connection = DriverManager.getConnection("jdbc:" + DatabaseTls.without(url), properties);
                ResultSet encrypted = connection.createStatement().executeQuery(ENCRYPTED)) {
            encrypted.next();
            return encrypted.getBoolean(1);
        }
    }
}
