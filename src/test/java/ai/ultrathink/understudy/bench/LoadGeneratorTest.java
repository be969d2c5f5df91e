package ai.ultrathink.understudy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The generator against a server of the test's, over real connections. */
class LoadGeneratorTest {

    private static final int CONNECTIONS = 4;
    private static final int PER_SECOND = 1000;
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

    @Test
    void sends_all_requests_of_its_timetable() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(ANSWER)) {
            LoadResult result = load(server, Duration.ofMillis(200));

            assertEquals(200, result.latencies().count());
            assertEquals(200, result.lateness().count());
            assertEquals(200, server.requests());
            assertEquals(0, result.failures());
        }
    }

    @Test
    void reads_an_answer_that_comes_in_pieces_and_names_its_fields_in_small_letters() throws Exception {
        String inPieces = "HTTP/1.1 200 OK\r\ncontent-len|gth: 5\r|\n\r\nhe|llo";
        try (ScriptedServer server = ScriptedServer.answering(inPieces.split("\\|", -1))) {
            LoadResult result = load(server, Duration.ofMillis(50));

            assertEquals(50, result.latencies().count());
            assertEquals(0, result.failures());
        }
    }

    @Test
    void counts_answers_that_are_none() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")) {
            assertEquals(50, load(server, Duration.ofMillis(50)).failures());
        }
    }

    @Test
    void a_run_with_a_broken_connection_is_void() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(ANSWER).closingAfter(20)) {
            assertThrows(IOException.class, () -> load(server, Duration.ofMillis(100)));
        }
    }

    /**
     * The server answers nothing for 300 ms from its hundredth request on. Each of the 150 requests that are due in the first half of
     * that time takes at least the other half, although only four can be under way.
     */
    @Test
    void a_stall_of_the_server_is_in_the_latencies_of_what_it_kept_from_being_sent() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(ANSWER).stallingAfter(100, Duration.ofMillis(300))) {
            LoadResult result = load(server, Duration.ofMillis(600));

            assertEquals(600, result.latencies().count());
            // the histogram is exact to a thousandth
            long held = result.latencies().atLeast(149);
            assertTrue(held >= 150, "took half of the stall or longer: " + held);
            assertTrue(
                    result.latencies().millis(76) >= 149,
                    "76th percentile: " + result.latencies().millis(76));
            assertTrue(
                    result.latencies().millis(100) >= 299,
                    "longest: " + result.latencies().millis(100));
        }
    }

    private static LoadResult load(ScriptedServer server, Duration time) throws IOException, InterruptedException {
        PreparedRequests requests = PreparedRequests.of("localhost", "/", List.of("{}", "{\"more\": 1}"));
        try (LoadGenerator generator = LoadGenerator.open(server.address(), requests, CONNECTIONS)) {
            return generator.run(PER_SECOND, time);
        }
    }
}
