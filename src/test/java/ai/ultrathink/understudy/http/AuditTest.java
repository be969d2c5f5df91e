package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AuditTest {

    private static final String VERIFY = "/api/v1/audit/verify";
    private static final String EXPORT = "/api/v1/audit/export";

    /** {@code , "previous_hash": "…", "hash": "…"}} at the end of a line. */
    private static final int SEAL =
            ", \"previous_hash\": \"".length() + 64 + "\", \"hash\": \"".length() + 64 + "\"}".length();

    @BeforeEach
    void wait_for_the_schema() {
        // its first test may come before the schema
        Service.deleteTests();
    }

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    /** Other tests change events on purpose, so that only the database can say whether the trail is intact. */
    @Test
    void a_replica_that_is_upgraded_no_longer_counts_as_one_of_the_release_before() {
        Rows.change("update ab_replicas set seals_events = false");

        await().until(() ->
                Rows.select("select 1 from ab_replicas where not seals_events").isEmpty());
    }

    @Test
    void the_verification_says_what_the_database_says() {
        changed();

        JsonObject verification = ok(get(VERIFY));

        assertEquals(
                Rows.select("select to_jsonb(v)::text from ab_audit_verify() v").stream()
                        .map(JsonObject::new)
                        .map(expected -> expected.getBoolean("intact") + " " + expected.getValue("first_broken"))
                        .toList(),
                List.of(verification.getBoolean("intact") + " " + verification.getValue("first_broken")));
        assertEquals(64, verification.getString("head").length());
        assertEquals(
                Rows.select("select count(*) from ab_test_events where chain_position is not null"),
                List.of(String.valueOf(verification.getLong("events"))));
    }

    @Test
    void an_event_that_was_changed_in_the_database_is_named_until_it_is_as_before() {
        long event = okList(get(about(changed(), "events"))).getJsonObject(0).getLong("event_id");
        // of events that other tests have changed, the first is named
        long earlier = Rows.select("select coalesce(min(first_broken), " + event + ") from ab_audit_verify()").stream()
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
        Rows.change("update ab_test_events set actor = 'eve' where event_id = " + event);

        JsonObject verification = ok(get(VERIFY));
        Rows.change("update ab_test_events set actor = 'ada' where event_id = " + event);

        assertFalse(verification.getBoolean("intact"));
        assertEquals(Math.min(earlier, event), verification.getLong("first_broken"));
        assertTrue(verification.getString("detail").startsWith("event "), verification.encode());
    }

    @Test
    void a_long_trail_is_verified_in_parts_and_a_gap_longer_than_a_part_is_found() {
        String testId = newId("long");
        String ofIt = "where test_id = '" + testId + "' and generation > 100";
        Rows.change("insert into ab_test_events (test_id, actor, action, generation, hash)" + " select '" + testId
                + "', 'ada', 'split_updated', n, '' from generate_series(1, 2500) n");
        assertEquals(
                true,
                ok(get(VERIFY)).getBoolean("intact"),
                () -> ok(get(VERIFY)).encode());
        Rows.change("create table kept_events as select * from ab_test_events " + ofIt);
        Rows.change("delete from ab_test_events " + ofIt);

        JsonObject verification = ok(get(VERIFY));
        Rows.change("insert into ab_test_events overriding system value select * from kept_events");
        Rows.change("drop table kept_events");

        assertEquals(false, verification.getBoolean("intact"));
        assertTrue(verification.getString("detail").contains("missing"), verification.encode());
        assertEquals(true, ok(get(VERIFY)).getBoolean("intact"));
    }

    @Test
    void an_export_has_the_events_as_they_were_sealed() throws NoSuchAlgorithmException {
        String testId = changed();
        JsonObject event = okList(get(about(testId, "events"))).getJsonObject(0);

        String line = lines(export("after", event.getLong("position") - 1)).getFirst();

        String canonical = line.substring(0, line.length() - SEAL) + "}";
        assertEquals(
                event.getString("hash"),
                HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest((event.getString("previous_hash") + canonical)
                                        .getBytes(StandardCharsets.UTF_8))));
        JsonObject exported = new JsonObject(line);
        assertEquals(event.getString("hash"), exported.getString("hash"));
        assertEquals(event.getString("previous_hash"), exported.getString("previous_hash"));
        assertEquals(event.getLong("event_id"), exported.getLong("event_id"));
        assertEquals("ada", exported.getString("actor"));
        assertEquals(event.getJsonObject("to"), exported.getJsonObject("to"));
    }

    @Test
    void an_export_that_was_interrupted_continues_where_it_was() {
        String testId = newId("resumed");
        Rows.change("insert into ab_test_events (test_id, actor, action, generation, hash)" + " select '" + testId
                + "', 'ada', 'split_updated', n, '' from generate_series(1, 250) n");

        List<String> all = own(lines(export("after", 0)), testId);
        long hundredth = new JsonObject(all.get(99)).getLong("position");
        List<String> rest = own(lines(export("after", hundredth)), testId);

        assertEquals(250, all.size());
        assertEquals(all.subList(100, 250), rest);
    }

    @Test
    void an_export_is_of_the_time_that_was_asked_for() {
        String before = changed();
        Instant from = Instant.now();
        String during = changed();
        Instant to = Instant.now();
        String after = changed();

        List<String> lines = lines(given().queryParam("from", from.toString())
                .queryParam("to", to.toString())
                .get(EXPORT));

        assertEquals(0, own(lines, before).size());
        assertEquals(1, own(lines, during).size());
        assertEquals(0, own(lines, after).size());
    }

    @Test
    void nothing_at_all_is_an_empty_export() {
        assertEquals("", export("after", Long.MAX_VALUE / 100).asString());
    }

    @Test
    void a_wrong_time_or_position_is_refused_with_its_name() {
        assertProblem(400, get(EXPORT + "?from=yesterday"), "from", "yesterday");
        assertProblem(400, get(EXPORT + "?to=-5000000-01-01T00:00:00Z"), "to");
        assertProblem(400, get(EXPORT + "?after=-1"), "after");
        assertProblem(400, get(EXPORT + "?since=2"), "since", "from");
    }

    private static String changed() {
        JsonObject test = explicitTest(newId("audited"), "constant_hold", "constant_buy");
        assertEquals(
                201,
                given().header("X-Actor", "ada")
                        .contentType("application/json")
                        .body(test.encode())
                        .post("/api/v1/ab-test/create")
                        .statusCode());
        return test.getString("test_id");
    }

    private static Response export(String name, Object value) {
        return given().queryParam(name, value).get(EXPORT);
    }

    private static List<String> lines(Response export) {
        assertEquals(200, export.statusCode(), export.asString());
        assertTrue(String.valueOf(export.contentType()).startsWith("application/x-ndjson"), export.contentType());
        return export.body().asString().lines().toList();
    }

    private static List<String> own(List<String> lines, String testId) {
        return lines.stream()
                .filter(line -> new JsonObject(line).getString("test_id").equals(testId))
                .toList();
    }
}
