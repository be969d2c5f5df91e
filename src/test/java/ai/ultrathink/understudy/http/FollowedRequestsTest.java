package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.InferenceTest.inference;
import static ai.ultrathink.understudy.http.Service.PREDICT;
import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.request;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** X-Request-ID: taken, repeated by every answer, in problem documents, and the request_id of a prediction whose body has none. */
@QuarkusTest
class FollowedRequestsTest {

    private static final String ID = "X-Request-ID";
    private static final String INFER = "/v2/models/bull_specialist/infer";

    private static Response post(String path, JsonObject body, String id) {
        return given().header(ID, id)
                .contentType("application/json")
                .body(body.encode())
                .post(path);
    }

    @Test
    void the_header_is_the_id_of_a_prediction_whose_body_has_none() {
        Response answer = post(PREDICT, request(), "desk-7");

        assertEquals(200, answer.statusCode(), answer.asString());
        assertEquals("desk-7", new JsonObject(answer.asString()).getString("request_id"));
        assertEquals("desk-7", answer.header(ID));
    }

    @Test
    void the_body_wins_and_the_header_is_repeated_all_the_same() {
        Response answer = post(PREDICT, request().put("request_id", "r-1"), "desk-7");

        assertEquals("r-1", new JsonObject(answer.asString()).getString("request_id"));
        assertEquals("desk-7", answer.header(ID));
    }

    @Test
    void without_a_header_the_answer_s_is_the_request_id_of_the_prediction() {
        Response own = Service.post(PREDICT, request().put("request_id", "r-1"));
        Response made = Service.post(PREDICT, request());

        assertEquals("r-1", own.header(ID));
        assertEquals(new JsonObject(made.asString()).getString("request_id"), made.header(ID));
    }

    @Test
    void an_inference_is_followed_in_the_same_way() {
        assertEquals("desk-7", new JsonObject(post(INFER, inference(), "desk-7").asString()).getString("id"));
        assertEquals(
                "desk-7", post(INFER, inference().put("id", "r-1"), "desk-7").header(ID));
        assertEquals("r-1", Service.post(INFER, inference().put("id", "r-1")).header(ID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "semi;colon", "\"quoted\""})
    void what_is_no_sane_value_is_overlooked(String value) {
        Response answer = post(PREDICT, request(), value);

        String made = new JsonObject(answer.asString()).getString("request_id");
        assertEquals(36, made.length(), made);
        assertEquals(made, answer.header(ID));
    }

    @Test
    void every_error_says_which_request_it_is_about() {
        assertError(400, post(PREDICT, new JsonObject().put("symbol", 7), "desk-7"));
        assertError(404, post(PREDICT, request("never-created"), "desk-7"));
        assertError(404, given().header(ID, "desk-7").get(TESTS + "/never-created"));
        assertError(404, given().header(ID, "desk-7").get("/api/v1/nothing-there"));
        assertError(405, given().header(ID, "desk-7").delete(PREDICT));
        assertError(400, given().header(ID, "desk-7").get(TESTS + "/list?unknown=1"));
    }

    private static void assertError(int status, Response answer) {
        assertEquals(status, answer.statusCode(), answer.asString());
        assertEquals("desk-7", answer.header(ID));
        JsonObject problem = new JsonObject(answer.asString());
        assertEquals("desk-7", problem.getString("request_id"));
        assertFalse(problem.containsKey("trace_id"), "nothing is sampled");
    }

    @Test
    void an_error_without_a_header_gets_an_id() {
        Response bad = Service.post(PREDICT, new JsonObject().put("symbol", 7));
        Response unknown = Service.post(PREDICT, request("never-created").put("request_id", "r-2"));

        assertEquals(bad.header(ID), new JsonObject(bad.asString()).getString("request_id"));
        assertEquals(36, bad.header(ID).length());
        assertEquals("r-2", new JsonObject(unknown.asString()).getString("request_id"));
    }

    @Test
    void errors_of_the_open_inference_protocol_have_it_in_the_header() {
        Response refused = post(INFER, new JsonObject().put("inputs", 7), "desk-7");

        assertEquals(400, refused.statusCode());
        assertEquals("desk-7", refused.header(ID));
        assertNotNull(Service.post(INFER, new JsonObject().put("inputs", 7)).header(ID));
    }

    @Test
    void other_calls_get_one_as_well() {
        Response answer = given().get("/api/v1/models");

        assertEquals(200, answer.statusCode());
        assertTrue(answer.header(ID).matches("[0-9a-f-]{36}"), answer.header(ID));
        assertEquals(
                "desk-7", given().header(ID, "desk-7").get("/q/health/live").header(ID));
    }
}
