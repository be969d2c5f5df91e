package ai.ultrathink.understudy.notice;

import static ai.ultrathink.understudy.notice.NoticeEvents.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NoticeFormatsTest {

    private static final String HOSTILE =
            "<!channel> & <https://evil.example|click>\n\u0007\"}],\"x\":[{ `*_~` \u202e \uD83D\uDE00";

    private static final String DATA = """
            {"event_id":7,"time":"2026-11-24T12:00:00.123456Z","test_id":"bull_v2_canary","actor":"guardrails",\
            "action":"rolled_back","from":{"enabled":true},"to":{"enabled":false},"shortened":false,"generation":3,\
            "reason":"agreement fell","approved_by":null,"approval_id":"0a1b2c3d-0000-4000-8000-000000000001","position":9,\
            "previous_hash":"9f2c0f7f5e0c5b7a4a2c9f5f1d5b8b0c3e7a6d1f2b4c8e9a0d3f5b7c1e2a4d6f",\
            "hash":"3b1d5c7e9f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d0e2f3a5b7c9d1e3f4a6b8c"}""";

    private static String written(NoticeFormat format, AuditRecord event) {
        return format.writer("desk-1").write(event).orElseThrow();
    }

    @Test
    void generic_is_type_time_and_the_event() {
        assertEquals(
                "{\"type\":\"test.rolled_back\",\"timestamp\":\"2026-11-24T12:00:00.123456Z\",\"data\":" + DATA + "}",
                written(NoticeFormat.GENERIC, event("rolled_back", "agreement fell")));
    }

    @Test
    void a_cloud_event_has_the_attributes_of_version_1_0() {
        assertEquals(
                "{\"specversion\":\"1.0\",\"id\":\"" + NoticeEvents.HASH
                        + "\",\"source\":\"desk-1\",\"type\":\"ai.ultrathink.understudy.test.rolled_back\","
                        + "\"subject\":\"bull_v2_canary\",\"time\":\"2026-11-24T12:00:00.123456Z\",\"sequence\":\"9\","
                        + "\"partitionkey\":\"bull_v2_canary\",\"datacontenttype\":\"application/json\",\"data\":"
                        + DATA
                        + "}",
                written(NoticeFormat.CLOUDEVENTS, event("rolled_back", "agreement fell")));
    }

    @Test
    void a_message_for_slack_says_what_happened_and_why() {
        String text = "*bull_v2_canary*: rolled back by guardrails\\n>agreement fell";

        assertEquals(
                "{\"text\":\"" + text
                        + "\",\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"" + text
                        + "\",\"verbatim\":true}},{\"type\":\"context\",\"elements\":[{\"type\":\"mrkdwn\",\"text\":"
                        + "\"generation 3 · event 7 · 2026-11-24T12:00:00.123456Z\",\"verbatim\":true}]}],"
                        + "\"unfurl_links\":false,\"unfurl_media\":false}",
                written(NoticeFormat.SLACK, event("rolled_back", "agreement fell")));
    }

    @Test
    void an_alert_fires_for_a_day() {
        assertEquals(
                "[{\"labels\":{\"alertname\":\"UnderstudyRolledBack\",\"severity\":\"warning\",\"test\":\"bull_v2_canary\","
                        + "\"source\":\"desk-1\"},\"annotations\":{\"summary\":\"bull_v2_canary: rolled back by guardrails\","
                        + "\"description\":\"agreement fell\"},\"startsAt\":\"2026-11-24T12:00:00.123456Z\","
                        + "\"endsAt\":\"2026-11-25T12:00:00.123456Z\"}]",
                written(NoticeFormat.ALERTMANAGER, event("rolled_back", "agreement fell")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "guardrail_breached; {\"guardrail\": \"agreement\"}; guardrail_cleared; {}",
                "guard_opened; {\"guard\": \"open\", \"replica\": \"r-1\"}; guard_closed; {\"replica\": \"r-1\"}",
                "ramp_awaiting_approval; {}; ramp_approved; {}",
                "approval_requested; {}; approval_rejected; {}",
                "rolled_back; {}; enabled; {}",
                "rolled_back; {}; guardrail_cleared; {}",
            })
    void what_settles_the_matter_resolves_the_alert(String fires, String state, String resolves, String after) {
        JsonObject firing = alerts(event(fires, "why", state)).getFirst();
        List<JsonObject> resolved = alerts(event(resolves, "agreement: looked at", after));

        assertTrue(
                resolved.stream().anyMatch(one -> one.getJsonObject("labels").equals(firing.getJsonObject("labels"))),
                () -> firing + " is not among " + resolved);
        resolved.forEach(one -> assertFalse(one.containsKey("startsAt")));
        resolved.forEach(one -> assertEquals("2026-11-24T12:00:00.123456Z", one.getString("endsAt")));
    }

    private static List<JsonObject> alerts(AuditRecord event) {
        return new JsonArray(written(NoticeFormat.ALERTMANAGER, event))
                .stream().map(JsonObject.class::cast).toList();
    }

    @Test
    void an_event_that_asks_for_no_one_makes_no_alert() {
        assertEquals(
                Optional.empty(),
                NoticeFormat.ALERTMANAGER.writer("desk-1").write(event("split_updated", "more traffic")));
    }

    @ParameterizedTest
    @EnumSource(AuditAction.class)
    void every_action_can_be_written_without_a_reason_and_without_states(AuditAction action) {
        AuditRecord bare = event(action.wireName(), null, null);

        for (NoticeFormat format : NoticeFormat.values()) {
            format.writer("desk-1").write(bare).ifPresent(body -> assertFalse(body.isEmpty()));
        }
    }

    @ParameterizedTest
    @EnumSource(NoticeFormat.class)
    void hostile_text_stays_text(NoticeFormat format) {
        String body = written(format, event("rolled_back", HOSTILE));

        String again = body.startsWith("[") ? new JsonArray(body).encode() : new JsonObject(body).encode();
        assertEquals(body, again);
        assertFalse(body.contains("\n"));
    }

    @Test
    void slack_gets_no_command_in_a_text() {
        JsonObject message = new JsonObject(written(NoticeFormat.SLACK, event("rolled_back", HOSTILE)));

        assertEquals(
                "*bull_v2_canary*: rolled back by guardrails\n>&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; \"}],\"x\":[{ `*_~` \u202e \uD83D\uDE00",
                message.getString("text"));
    }

    @Test
    void what_is_too_long_is_shortened_and_says_so() {
        String large = "{\"description\": \"" + "x".repeat(70_000) + "\"}";
        AuditRecord event = event("created", "y".repeat(100_000), large);

        for (NoticeFormat format : List.of(NoticeFormat.GENERIC, NoticeFormat.CLOUDEVENTS)) {
            JsonObject data = new JsonObject(written(format, event)).getJsonObject("data");
            assertEquals(true, data.getBoolean("shortened"));
            assertNull(data.getValue("to"));
            assertEquals(4_000, data.getString("reason").length());
        }
        assertTrue(written(NoticeFormat.SLACK, event).length() < 3_000);
    }

    @Test
    void no_half_of_a_character_is_left() {
        assertEquals("a…", EventJson.cut("a\uD83D\uDE00b", 3));
        assertEquals("ab", EventJson.cut("ab", 2));
    }
}
