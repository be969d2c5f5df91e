package ai.ultrathink.understudy.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not understood is said in one line, before a service is asked. */
class ServiceCommandsTest {

    private static final String SECRET = "s3cret";
    private static final String NOWHERE = "http://localhost:1";

    @TempDir
    private Path directory = Path.of("");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) {
        return new ServiceCommands(
                        environment,
                        "1.2.3",
                        Map.of(),
                        new NoMachine(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void assertRefusedInOneLine(int code, String... words) {
        assertEquals(2, code, complained());
        assertEquals(1, complained().lines().count(), complained());
        for (String word : words) {
            assertTrue(complained().contains(word), complained());
        }
        assertFalse(complained().contains(SECRET), complained());
    }

    private static final class NoMachine implements ServiceCommands.Machine {

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public void pause(Duration time) {}

        @Override
        public byte[] secret(int length) {
            return new byte[length];
        }

        @Override
        public InputStream input() {
            return InputStream.nullInputStream();
        }
    }

    @Test
    void a_misspelt_command_is_refused_with_those_that_are_like_it() {
        assertEquals(2, run(Map.of(), "statsu"));
        assertTrue(complained().contains("statsu") && complained().contains("status"), complained());
    }

    @Test
    void options_before_the_command_are_refused_and_the_help_says_where_they_belong() {
        assertEquals(2, run(Map.of(), "--output", "json", "status"));
        assertTrue(complained().contains("--output"), complained());
        assertTrue(complained().contains("Options come after the command"), complained());
    }

    @Test
    void the_version_is_that_of_the_service() {
        assertEquals(0, run(Map.of(), "--version"));
        assertEquals("understudy 1.2.3\n", out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\nb", "s3cret b", "s3cret\u0000", "s3cretŁ"})
    void a_token_that_cannot_be_sent_is_refused_and_not_shown(String token) throws IOException {
        assertRefusedInOneLine(
                run(Map.of("UNDERSTUDY_URL", NOWHERE, "UNDERSTUDY_TOKEN", token), "tests"), "UNDERSTUDY_TOKEN");

        err.reset();
        Path file = Files.writeString(directory.resolve("token"), token);
        assertRefusedInOneLine(
                run(Map.of("UNDERSTUDY_URL", NOWHERE), "tests", "--token-file", file.toString()), "--token-file");
    }

    @Test
    void an_actor_with_control_characters_is_refused() {
        assertRefusedInOneLine(run(Map.of("UNDERSTUDY_URL", NOWHERE), "tests", "--actor", "a\nb"), "--actor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:99999", "localhost:8080", "http://local host", "ftp://localhost", "http://"})
    void an_address_that_is_none_is_refused(String url) {
        assertRefusedInOneLine(run(Map.of("UNDERSTUDY_URL", url), "tests"), "UNDERSTUDY_URL", "http://localhost:8080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-1"})
    void a_time_that_no_one_waits_for_is_refused(String seconds) {
        assertRefusedInOneLine(
                run(Map.of("UNDERSTUDY_URL", NOWHERE), "wait", "t", "--until", "promote", "--timeout-seconds", seconds),
                "--timeout-seconds",
                "31622400");
    }

    @Test
    void a_reason_may_begin_with_an_at_sign() {
        assertEquals(3, run(Map.of("UNDERSTUDY_URL", NOWHERE), "disable", "t", "--reason", "@" + directory));
    }

    @Test
    void blanks_around_a_token_are_not_sent_and_actors_are_encoded() throws IOException {
        List<String> sent = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
            sent.add(exchange.getRequestHeaders().getFirst("X-Actor"));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("[]".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            Map<String, String> environment = Map.of(
                    "UNDERSTUDY_URL",
                    "http://localhost:" + server.getAddress().getPort(),
                    "UNDERSTUDY_TOKEN",
                    " s3cret\r\n");
            assertEquals(0, run(environment, "tests", "--actor", "Łukasz K."), complained());
            assertEquals(0, run(environment, "tests", "--actor", "Ada L."), complained());
        } finally {
            server.stop(0);
        }
        assertAll(
                () -> assertEquals("Bearer s3cret", sent.get(0)),
                () -> assertEquals("UTF-8''%C5%81ukasz%20K.", sent.get(1)),
                () -> assertEquals("Ada L.", sent.get(3)));
    }
}
