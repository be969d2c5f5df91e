package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.flush;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ManagingTestsTest {

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_test_of_some_symbols_does_not_apply_to_others_in_a_split() {
        String testId = created(explicitTest(newId("symbols"), "constant_hold", "constant_buy")
                .put("traffic_split", 1)
                .put("symbols", new JsonArray("[\"spx\", \"BTC-*\"]")));

        JsonObject included = predicted(request(testId));
        JsonObject other = predicted(request(testId).put("symbol", "ETH-USD"));

        assertEquals(new JsonArray("[\"SPX\", \"BTC-*\"]"), test(testId).getJsonArray("symbols"));
        assertEquals("BUY", included.getString("action"));
        assertEquals("HOLD", other.getString("action"));
        assertNull(Service.placement(other));
        assertEquals("BTC-USD", Service.onlyRow(testId).getString("symbol"));
        String reason = ok(post("/api/v1/predict/explain", request(testId).put("symbol", "ETH-USD")))
                .getString("reason");
        assertTrue(reason.contains("ETH-USD") && reason.contains("SPX, BTC-*"), reason);
        assertNull(ok(post("/api/v1/predict/explain", request(testId))).getString("reason"));
    }

    @Test
    void a_test_of_some_symbols_does_not_apply_to_others_in_shadow() {
        String testId = created(explicitTest(newId("symbols"), "constant_hold", "constant_buy")
                .put("mode", "shadow")
                .put("symbols", new JsonArray("[\"SPX\"]")));

        assertNull(Service.placement(predicted(request(testId))));

        assertEquals(List.of(), Service.rows(testId));
    }

    @Test
    void a_test_of_some_symbols_is_not_promoted_for_all() {
        String testId = created(explicitTest(newId("symbols"), "constant_hold", "constant_buy")
                .put("symbols", new JsonArray("[\"SPX\"]")));
        JsonObject override = new JsonObject().put("override", "it is good");

        assertProblem(409, post(about(testId, "promote"), override), "for some symbols only", "PUT");

        ok(given().contentType("application/json").body("{\"symbols\": []}").put(about(testId, "symbols")));
        ok(post(about(testId, "promote"), override));
        ok(delete(about(testId, "promote")));
    }

    @Test
    void the_symbols_of_a_test_are_changed_as_a_new_generation() {
        String testId = created(explicitTest(newId("symbols"), "constant_hold", "constant_buy")
                .put("traffic_split", 1)
                .put("symbols", new JsonArray("[\"SPX\"]")));

        JsonObject changed = ok(given().header("X-Actor", "ada")
                .contentType("application/json")
                .body("{\"symbols\": null}")
                .put(about(testId, "symbols")));

        assertNull(changed.getJsonArray("symbols"));
        assertEquals(2, changed.getInteger("generation"));
        assertEquals("BUY", predicted(request(testId)).getString("action"));
        JsonObject event = Trail.event(testId, "symbols_updated");
        assertEquals("ada", event.getString("actor"));
        assertEquals(new JsonArray("[\"SPX\"]"), event.getJsonObject("from").getJsonArray("symbols"));
        assertNull(event.getJsonObject("to").getJsonArray("symbols"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"\"", "\"*\"", "\"*-USD\"", "\"B*C\"", "\"ABCDEFGHIJKLMNOPQRSTU\"", "null", "\"A\\u0000\""})
    void what_is_no_pattern_of_symbols_is_refused(String pattern) {
        assertProblem(
                400,
                createTest(explicitTest(newId("symbols"), "constant_hold", "constant_buy")
                        .put("symbols", new JsonArray("[" + pattern + "]"))),
                "symbols",
                "BTC-*");
    }

    @Test
    void a_created_test_has_the_defaults_of_the_contract() {
        String testId = newId("defaults");

        Response response = createTest(new JsonObject()
                .put("test_id", testId)
                .put("control_model", "bull_specialist")
                .put("treatment_model", "bull_specialist_v2"));

        assertEquals(201, response.statusCode());
        assertTrue(response.header("Location").endsWith(TESTS + "/" + testId));
        JsonObject created = new JsonObject(response.asString());
        assertEquals(0.05, created.getDouble("traffic_split"));
        assertEquals("traffic_split", created.getString("mode"));
        assertEquals("", created.getString("description"));
        assertEquals(false, created.getBoolean("explicit"));
        assertEquals(true, created.getBoolean("enabled"));
        assertEquals(1, created.getInteger("generation"));
        assertEquals("bull_specialist", created.getString("control_model"));
        assertEquals("bull_specialist_v2", created.getString("treatment_model"));
        assertFalse(Instant.parse(created.getString("created_at"))
                .isAfter(Instant.now().plusSeconds(1)));
    }

    @Test
    void a_test_is_shown_as_it_was_created() {
        JsonObject created =
                new JsonObject(createTest(explicitTest(newId("shown"), "bull_specialist", "bear_specialist")
                                .put("mode", "shadow")
                                .put("traffic_split", 0.25)
                                .put("description", "two lines\nof \"text\""))
                        .asString());

        assertEquals(created, test(created.getString("test_id")));
    }

    @Test
    void a_test_of_each_mode_can_be_created() {
        for (String mode : List.of("traffic_split", "shadow", "disabled")) {
            String testId = created(explicitTest(newId("mode"), "bull_specialist", "bear_specialist")
                    .put("mode", mode));
            assertEquals(mode, test(testId).getString("mode"));
        }
    }

    @Test
    void a_test_id_may_have_100_characters_of_every_allowed_kind() {
        String testId = (newId("A.z_0-") + "x".repeat(100)).substring(0, 100);

        created(explicitTest(testId, "bull_specialist", "bear_specialist"));

        assertEquals(testId, test(testId).getString("test_id"));
    }

    @Test
    void an_id_in_use_is_a_conflict() {
        String testId = createdSplit("twice", "bull_specialist", "bear_specialist", 0.1);

        assertProblem(409, createTest(explicitTest(testId, "bull_specialist", "bear_specialist")), testId);
    }

    @Test
    void a_second_enabled_test_of_a_control_model_is_a_conflict() {
        created(unnamed("first"));

        assertProblem(409, createTest(unnamed("second")), "sideways_specialist", "explicit");
    }

    @Test
    void a_second_test_of_a_control_model_cannot_be_enabled_beside_the_first() {
        String first = created(unnamed("first"));
        ok(post(about(first, "disable")));
        created(unnamed("second"));

        assertProblem(409, post(about(first, "enable")), "same control model");
        assertEquals(false, test(first).getBoolean("enabled"));
    }

    @Test
    void a_second_test_of_a_control_model_may_follow_when_the_first_is_disabled() {
        String first = created(unnamed("first"));
        ok(post(about(first, "disable")));

        assertEquals(201, createTest(unnamed("second")).statusCode());
    }

    @Test
    void several_explicit_tests_of_a_control_model_run_at_once() {
        created(unnamed("unnamed"));
        String one = createdSplit("one", "sideways_specialist", "constant_buy", 1);
        String two = createdSplit("two", "sideways_specialist", "constant_sell", 1);

        assertEquals("BUY", predicted(request(one)).getString("action"));
        assertEquals("SELL", predicted(request(two)).getString("action"));
    }

    @Test
    void the_list_has_all_tests_newest_first() {
        String first = createdSplit("list", "bull_specialist", "bear_specialist", 0);
        String second = createdSplit("list", "bull_specialist", "bear_specialist", 0);
        String third = createdSplit("list", "bull_specialist", "bear_specialist", 0);

        assertEquals(List.of(third, second, first), listed(""));
    }

    @Test
    void the_list_shows_enabled_or_disabled_tests_only() {
        String enabled = createdSplit("list", "bull_specialist", "bear_specialist", 0);
        String disabled = createdSplit("list", "bull_specialist", "bear_specialist", 0);
        ok(post(about(disabled, "disable")));

        assertEquals(List.of(enabled), listed("?enabled=true"));
        assertEquals(List.of(disabled), listed("?enabled=false"));
        assertProblem(400, get(TESTS + "/list?enabled=maybe"), "enabled", "maybe");
    }

    @Test
    void the_list_comes_in_pages_and_each_says_where_the_next_is() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(createdSplit("page", "bull_specialist", "bear_specialist", 0));
        }

        List<String> seen = new ArrayList<>();
        String next = TESTS + "/list?enabled=true&limit=2";
        while (next != null) {
            Response page = get(next);
            okList(page).forEach(test -> seen.add(((JsonObject) test).getString("test_id")));
            String link = page.header("Link");
            next = link == null ? null : link.substring(1, link.indexOf('>'));
        }

        assertEquals(made, seen);
        assertNull(get(TESTS + "/list").header("Link"));
        for (String bad :
                List.of("limit=0", "limit=1001", "limit=x", "before=soon", "before=2026-11-24T12:00:00Z~a/b")) {
            assertProblem(400, get(TESTS + "/list?" + bad), bad.substring(0, bad.indexOf('=')));
        }
        // a time alone, for people
        assertEquals(List.of(), listed("?before=1999-01-01T00:00:00Z"));
    }

    @Test
    void the_list_shows_a_test_as_it_is_shown_alone() {
        String testId = createdSplit("list", "bull_specialist", "bear_specialist", 0);

        assertEquals(test(testId), okList(get(TESTS + "/list")).getJsonObject(0));
    }

    @Test
    void the_split_is_updated_and_the_generation_counts() {
        String testId = createdSplit("update", "constant_hold", "constant_buy", 0);

        JsonObject updated = ok(post(about(testId, "update-split"), "{\"traffic_split\":1.0}"));

        assertEquals(
                new JsonObject()
                        .put("test_id", testId)
                        .put("traffic_split", 1.0)
                        .put("status", "updated"),
                updated);
        assertEquals(1.0, test(testId).getDouble("traffic_split"));
        assertEquals(2, test(testId).getInteger("generation"));
        JsonObject answer = predicted(request(testId));
        assertEquals("BUY", answer.getString("action"));
        assertEquals(2, Service.placement(answer).getInteger("generation"));
    }

    @Test
    void an_update_to_the_same_split_leaves_the_generation() {
        String testId = createdSplit("same", "constant_hold", "constant_buy", 0.3);

        ok(post(about(testId, "update-split"), "{\"traffic_split\":0.3}"));

        assertEquals(1, test(testId).getInteger("generation"));
    }

    @Test
    void disable_and_enable_say_what_they_did() {
        String testId = createdSplit("status", "constant_hold", "constant_buy", 0.3);

        assertEquals(
                new JsonObject().put("test_id", testId).put("status", "disabled"), ok(post(about(testId, "disable"))));
        assertEquals(false, test(testId).getBoolean("enabled"));
        assertEquals(
                new JsonObject().put("test_id", testId).put("status", "enabled"), ok(post(about(testId, "enable"))));
        assertEquals(true, test(testId).getBoolean("enabled"));
        assertEquals(3, test(testId).getInteger("generation"));
    }

    @Test
    void disabling_twice_and_enabling_twice_change_nothing_the_second_time() {
        String testId = createdSplit("twice", "constant_hold", "constant_buy", 0.3);

        ok(post(about(testId, "enable")));
        assertEquals(1, test(testId).getInteger("generation"));
        ok(post(about(testId, "disable")));
        ok(post(about(testId, "disable")));
        assertEquals(2, test(testId).getInteger("generation"));
        assertEquals(List.of("disabled", "created"), actions(testId));
    }

    @Test
    void a_change_for_an_old_generation_is_a_conflict() {
        String testId = createdSplit("fence", "constant_hold", "constant_buy", 0.3);
        ok(post(about(testId, "update-split"), "{\"traffic_split\":0.4}"));

        Response late = given().header("If-Match", "\"1\"")
                .contentType("application/json")
                .body("{\"traffic_split\":0.5}")
                .post(about(testId, "update-split"));

        assertProblem(409, late, "generation 2", "generation 1", "; unknown changed it ", " s ago (split_updated)");
        assertProblem(409, given().header("If-Match", "\"1\"").post(about(testId, "disable")), "generation 2");
        assertEquals(0.4, test(testId).getDouble("traffic_split"));
    }

    @Test
    void a_change_for_the_shown_etag_is_made() {
        String testId = createdSplit("etag", "constant_hold", "constant_buy", 0.3);
        String etag = get(TESTS + "/" + testId).header("ETag");

        ok(given().header("If-Match", etag).post(about(testId, "disable")));

        assertEquals("\"2\"", get(TESTS + "/" + testId).header("ETag"));
    }

    @Test
    void a_flush_waits_until_the_results_are_in_the_database() {
        String testId = createdShadow("flush", "constant_hold", "constant_buy");
        for (int i = 0; i < 7; i++) {
            predicted(request(testId));
        }

        flush(testId);

        assertEquals(7, Rows.of(testId).size());
        assertEquals(
                new JsonObject().put("test_id", testId).put("status", "flushed"), ok(post(about(testId, "flush"))));
    }

    @Test
    void actors_are_kept_as_they_were_sent_in_utf_8_and_in_latin_1() {
        String testId = createdSplit("actors", "constant_hold", "constant_buy", 0.1);

        for (String sent : List.of(
                utf8("José"), "José", utf8("Łukasz"), utf8("口座"), "ada", "UTF-8''%C5%81+u%20%C3%AB", "UTF-8''%zz")) {
            String call = trailOf(testId).size() % 2 == 1 ? "disable" : "enable";
            assertTrue(Wire.answer("POST", about(testId, call), List.of("X-Actor: " + sent))
                    .startsWith("HTTP/1.1 200 "));
        }

        assertEquals(List.of("UTF-8''%zz", "Ł+u ë", "ada", "口座", "Łukasz", "José", "José", "unknown"), trailOf(testId));
    }

    @Test
    void the_reason_for_disabling_is_kept_and_none_keeps_a_test_from_being_disabled() {
        String testId = createdSplit("reason", "constant_hold", "constant_buy", 0.1);

        for (String body : List.of(
                "{\"reason\":\"its fills look wrong\"}",
                "{\"reason\":\"" + "a".repeat(600) + "\"}",
                "{\"reason\":\" a\\u0000b \"}",
                "{\"reason\":",
                "{\"reason\":\" \"}",
                "[]")) {
            ok(post(about(testId, "disable"), body));
            ok(post(about(testId, "enable")));
        }

        assertEquals(
                Arrays.asList(null, null, null, "a b", "a".repeat(500), "its fills look wrong"),
                okList(get(about(testId, "events"))).stream()
                        .map(event -> (JsonObject) event)
                        .filter(event -> event.getString("action").equals("disabled"))
                        .map(event -> event.getString("reason"))
                        .toList());
    }

    @Test
    void a_name_that_cannot_be_kept_as_it_is_does_not_keep_a_test_from_being_disabled() {
        String testId = createdSplit("haste", "constant_hold", "constant_buy", 0.1);

        for (String sent :
                List.of("a".repeat(300), "a\tb", "\u0085x", utf8("\uD83D\uDCA5").repeat(101), "")) {
            assertTrue(Wire.answer("POST", about(testId, "disable"), List.of("X-Actor: " + sent))
                    .startsWith("HTTP/1.1 200 "));
            ok(post(about(testId, "enable")));
        }

        assertEquals(
                List.of("unknown", "\uD83D\uDCA5".repeat(100), "\uFFFDx", "a\uFFFDb", "a".repeat(100)),
                okList(get(about(testId, "events"))).stream()
                        .map(event -> (JsonObject) event)
                        .filter(event -> event.getString("action").equals("disabled"))
                        .map(event -> event.getString("actor"))
                        .toList());
    }

    private static List<String> trailOf(String testId) {
        return okList(get(about(testId, "events"))).stream()
                .map(event -> ((JsonObject) event).getString("actor"))
                .toList();
    }

    /** As the wire has it: a character for each byte. */
    private static String utf8(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    @Test
    void a_flush_does_not_wait_for_a_database_that_does_not_take_results() {
        String testId = createdShadow("stuck", "constant_hold", "constant_buy");

        Rows.whileLocked("ab_test_results", () -> {
            predicted(request(testId));
            assertProblem(503, post(about(testId, "flush")), "journal", "flush again");
        });

        await().atMost(Duration.ofSeconds(30))
                .until(() -> post(about(testId, "flush")).statusCode() == 200);
        assertEquals(1, Rows.of(testId).size());
    }

    @Test
    void events_tell_who_when_what_from_and_to() {
        String testId = newId("audit");
        given().header("X-Actor", "alice")
                .contentType("application/json")
                .body(explicitTest(testId, "constant_hold", "constant_buy")
                        .put("traffic_split", 0.1)
                        .encode())
                .post(TESTS + "/create");
        given().header("X-Actor", "bob")
                .contentType("application/json")
                .body("{\"traffic_split\":0.2}")
                .post(about(testId, "update-split"));

        var events = okList(get(about(testId, "events")));

        JsonObject update = events.getJsonObject(0);
        JsonObject creation = events.getJsonObject(1);
        assertEquals(2, events.size());
        assertEquals("alice", creation.getString("actor"));
        assertEquals("created", creation.getString("action"));
        assertTrue(creation.containsKey("from") && creation.getValue("from") == null);
        assertEquals(0.1, creation.getJsonObject("to").getDouble("traffic_split"));
        assertEquals(1, creation.getInteger("generation"));
        assertEquals("bob", update.getString("actor"));
        assertEquals("split_updated", update.getString("action"));
        assertEquals(0.1, update.getJsonObject("from").getDouble("traffic_split"));
        assertEquals(0.2, update.getJsonObject("to").getDouble("traffic_split"));
        assertEquals(2, update.getInteger("generation"));
        assertFalse(Instant.parse(update.getString("time")).isBefore(Instant.parse(creation.getString("time"))));
    }

    @Test
    void a_deleted_test_is_gone_and_its_results_and_events_are_kept() {
        String testId = createdShadow("gone", "constant_hold", "constant_buy");
        predicted(request(testId));
        flush(testId);

        assertEquals(204, delete(TESTS + "/" + testId).statusCode());

        assertTrue(test(testId).containsKey("deleted_at"));
        assertProblem(404, Service.predict(request(testId)), testId);
        assertProblem(404, delete(TESTS + "/" + testId), testId);
        assertEquals(List.of(), listed(""));
        assertEquals(1, Rows.of(testId).size());
        assertEquals(List.of("deleted", "created"), actions(testId));
    }

    @Test
    void the_id_of_a_deleted_test_is_not_used_again() {
        String testId = createdSplit("once", "constant_hold", "constant_buy", 0.1);
        delete(TESTS + "/" + testId);

        assertProblem(409, createTest(explicitTest(testId, "constant_hold", "constant_buy")), testId);
    }

    @Test
    void a_deleted_test_makes_room_for_another_of_its_control_model() {
        String first = created(unnamed("first"));
        delete(TESTS + "/" + first);

        assertEquals(201, createTest(unnamed("second")).statusCode());
    }

    @Test
    void every_call_about_an_unknown_test_is_not_found() {
        String unknown = newId("unknown");

        for (String call : List.of("stats", "actions", "disagreements", "verify-split", "events")) {
            assertProblem(404, get(about(unknown, call)), unknown);
        }
        for (String call : List.of("disable", "enable", "flush", "promote")) {
            assertProblem(404, post(about(unknown, call)), unknown);
        }
        assertProblem(404, get(TESTS + "/" + unknown), unknown);
        assertProblem(404, post(about(unknown, "update-split"), "{\"traffic_split\":0.1}"), unknown);
        assertProblem(404, delete(TESTS + "/" + unknown), unknown);
        assertProblem(404, delete(about(unknown, "promote")), unknown);
    }

    private static JsonObject unnamed(String what) {
        return explicitTest(newId(what), "sideways_specialist", "universal").put("explicit", false);
    }

    private static List<String> listed(String query) {
        return okList(get(TESTS + "/list" + query)).stream()
                .map(test -> ((JsonObject) test).getString("test_id"))
                .toList();
    }

    private static List<String> actions(String testId) {
        return okList(get(about(testId, "events"))).stream()
                .map(event -> ((JsonObject) event).getString("action"))
                .toList();
    }
}
