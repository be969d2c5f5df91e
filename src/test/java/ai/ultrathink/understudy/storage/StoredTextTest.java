package ai.ultrathink.understudy.storage;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever text the contract allows is stored and given back as it came. */
@QuarkusTest
class StoredTextTest {

    private static final List<String> SQL = List.of(
            "'; drop table ab_test_results; --",
            "' or '1'='1",
            "\\'; delete from ab_test_configs; --",
            "$1",
            "$$; select pg_sleep(10); $$",
            "%27%3B",
            "{\"a\",NULL}",
            "NULL",
            "\\x00",
            "a,b\"c\\d{e}");
    private static final String ROCKET = "\uD83D\uDE80";

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void sql_in_ids_is_stored_as_it_came() {
        String testId = createdSplit("sql", "constant_hold", "constant_buy", 0.5);
        for (String text : SQL) {
            JsonObject answer =
                    predicted(request(testId).put("request_id", text).put("unit_id", text));
            assertEquals(text, answer.getString("request_id"));
        }

        List<JsonObject> rows = rows(testId);

        assertEquals(SQL, rows.stream().map(row -> row.getString("request_id")).toList());
        assertEquals(SQL, rows.stream().map(row -> row.getString("unit_id")).toList());
    }

    @Test
    void sql_in_symbols_is_stored_as_it_came() {
        String testId = createdSplit("sql", "constant_hold", "constant_buy", 0.5);

        predicted(request(testId).put("symbol", "'; DROP TABLE X; --"));

        assertEquals("'; DROP TABLE X; --", rows(testId).getFirst().getString("symbol"));
    }

    @Test
    void sql_in_descriptions_and_actors_is_stored_as_it_came() {
        for (String text : SQL) {
            String testId = newId("sql");
            given().header("X-Actor", text)
                    .contentType("application/json")
                    .body(explicitTest(testId, "constant_hold", "constant_buy")
                            .put("description", text)
                            .encode())
                    .post(Service.TESTS + "/create");

            assertEquals(text, Service.test(testId).getString("description"));
            JsonObject created = okList(get(about(testId, "events"))).getJsonObject(0);
            assertEquals(text, created.getString("actor"));
            assertEquals(text, created.getJsonObject("to").getString("description"));
        }
    }

    @Test
    void ids_of_100_characters_of_any_script_are_stored_as_they_came() {
        String testId = createdSplit("unicode", "constant_hold", "constant_buy", 0.5);
        List<String> ids = List.of(
                ROCKET.repeat(100), "口".repeat(100), "é".repeat(100), "e\u0301 \u200f\u05d0 \u2028", "x".repeat(100));
        for (String id : ids) {
            assertEquals(
                    id,
                    predicted(request(testId).put("request_id", id).put("unit_id", id))
                            .getString("request_id"));
        }

        List<JsonObject> rows = rows(testId);

        assertEquals(ids, rows.stream().map(row -> row.getString("request_id")).toList());
        assertEquals(ids, rows.stream().map(row -> row.getString("unit_id")).toList());
    }

    @Test
    void symbols_of_20_characters_of_any_script_are_stored_in_upper_case() {
        String testId = createdSplit("unicode", "constant_hold", "constant_buy", 0.5);

        predicted(request(testId).put("symbol", "é".repeat(19) + ROCKET));

        assertEquals("É".repeat(19) + ROCKET, rows(testId).getFirst().getString("symbol"));
    }

    @Test
    void text_in_disagreements_is_given_back_as_it_came() {
        String testId = createdShadow("text", "constant_hold", "constant_buy");
        predicted(request(testId).put("request_id", SQL.getFirst()).put("unit_id", ROCKET));
        Service.flush(testId);

        JsonObject row = ok(get(about(testId, "disagreements")))
                .getJsonArray("disagreements")
                .getJsonObject(0);

        assertEquals(SQL.getFirst(), row.getString("request_id"));
        assertEquals(ROCKET, row.getString("unit_id"));
    }

    @Test
    void the_same_request_twice_is_two_rows() {
        String testId = createdSplit("again", "constant_hold", "constant_buy", 0.5);
        predicted(request(testId).put("request_id", "same"));
        predicted(request(testId).put("request_id", "same"));

        assertEquals(2, rows(testId).size());
    }

    @Test
    void results_reach_the_database_without_being_asked_for() {
        String testId = createdSplit("alone", "constant_hold", "constant_buy", 0.5);
        predicted(request(testId));

        await().until(() -> Rows.of(testId).size() == 1);
    }
}
