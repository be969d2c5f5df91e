package ai.ultrathink.understudy.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.notice.SendResult.Failed;
import ai.ultrathink.understudy.notice.SendResult.Refused;
import ai.ultrathink.understudy.notice.SendResult.Sent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private static SendResult result(int status, @Nullable String retryAfter) {
        return ReplyRules.result(new PostReply(status, retryAfter, ""), NOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void a_success_is_an_arrival(int status) {
        assertEquals(new Sent(), result(status, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599})
    void what_may_pass_is_tried_again(int status) {
        assertEquals(new Failed("it answered " + status, null), result(status, null));
    }

    /** A redirect is not followed: it could lead a notice and its signature anywhere. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422})
    void what_will_not_pass_is_not(int status) {
        assertEquals(new Refused("it answered " + status), result(status, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "429; 30; PT30S",
                "503; 0; PT0S",
                "429; Tue, 24 Nov 2026 12:01:00 GMT; PT1M",
                "429; Tue, 24 Nov 2026 11:00:00 GMT; PT0S",
            })
    void the_time_that_it_asks_for_is_a_number_of_seconds_or_a_date(int status, String header, String time) {
        assertEquals(new Failed("it answered " + status, Duration.parse(time)), result(status, header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-5", "soon", "1e3", "99999999999"})
    void a_time_that_is_neither_does_not_count(String header) {
        assertEquals(new Failed("it answered 429", null), result(429, header));
    }

    @Test
    void what_it_wrote_is_shown_on_one_line_and_not_all_of_it() {
        PostReply reply = new PostReply(400, null, "no\r\n\u0000such\tteam " + "x".repeat(1_000));

        Refused refused = (Refused) ReplyRules.result(reply, NOW);

        assertEquals("it answered 400: no such team " + "x".repeat(186) + "…", refused.why());
    }
}
