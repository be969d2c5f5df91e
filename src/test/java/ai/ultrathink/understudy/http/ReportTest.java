package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ReportTest {

    private static final int ENOUGH = 300;

    /** Pairs from which agreement may be shown. */
    private static final int STEADY = 6_000;

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void without_data_there_is_no_verdict_to_act_on_and_every_figure_is_null() {
        for (String testId : List.of(
                createdShadow("nothing", "constant_hold", "constant_buy"),
                createdSplit("nothing", "constant_hold", "constant_buy", 0.5))) {

            JsonObject report = report(testId);

            assertEquals("insufficient_data", report.getString("verdict"));
            assertFalse(report.getJsonArray("reasons").isEmpty());
            assertEquals(5, guardrails(report).size());
            for (JsonObject guardrail : guardrails(report)) {
                assertEquals("undecided", guardrail.getString("state"), guardrail::encode);
                assertEquals(0, guardrail.getInteger("samples"), guardrail::encode);
                for (String figure : List.of("estimate", "lower", "upper")) {
                    assertNull(guardrail.getValue(figure), guardrail::encode);
                }
            }
            assertFalse(figures(report).isEmpty());
            for (JsonObject figure : figures(report)) {
                assertEquals(0, figure.getInteger("samples"), figure::encode);
                assertNull(figure.getValue("estimate"), figure::encode);
            }
            assertEquals(0, report.getJsonObject("window").getInteger("total_samples"));
        }
    }

    @Test
    void a_report_says_of_which_test_which_service_and_which_time_it_is() throws IOException {
        String testId = createdSplit("head", "constant_hold", "constant_buy", 0.5);

        JsonObject report = report(testId);

        assertEquals(Service.test(testId), report.getJsonObject("test"));
        // the service may be another process, whose configuration is not ours
        assertTrue(
                Files.readString(Path.of("pom.xml"))
                        .contains("<artifactId>understudy</artifactId>\n  <version>"
                                + report.getString("service_version") + "</version>"),
                report::encode);
        assertTrue(report.getInstant("generated_at")
                .isAfter(report.getJsonObject("test").getInstant("created_at")));
        assertEquals(0.01, report.getDouble("alpha"));
        assertFalse(report.getJsonArray("assumptions").isEmpty());
    }

    @Test
    void a_shadow_that_agrees_often_enough_has_passed_agreement() {
        ModelsDirectory.put("constant_hold_too", "constant_hold", "1");
        post(Service.MODELS + "/reload");
        String testId = createdShadow("agreeing", "constant_hold", "constant_hold_too");
        Observed.store(new Observed(testId, 1).shadow(STEADY, STEADY));

        JsonObject agreement = guardrail(report(testId), "agreement");

        assertEquals("passed", agreement.getString("state"), agreement::encode);
        assertEquals(STEADY, agreement.getInteger("samples"));
        assertEquals(1, agreement.getDouble("estimate"));
        assertTrue(agreement.getDouble("lower") > agreement.getDouble("limit"), agreement::encode);
        assertEquals(0.002, agreement.getDouble("alpha"), 1e-12);
    }

    @Test
    void a_shadow_that_disagrees_is_to_be_rolled_back_and_says_where() {
        String testId = createdShadow("disagreeing", "constant_hold", "constant_buy");
        Observed.store(new Observed(testId, 1).shadow(STEADY, 0));

        JsonObject report = report(testId);

        assertEquals("roll_back", report.getString("verdict"));
        JsonObject agreement = guardrail(report, "agreement");
        assertEquals("breached", agreement.getString("state"), agreement::encode);
        assertEquals("alert", agreement.getString("action"));
        assertEquals(0, agreement.getDouble("estimate"));
        assertTrue(agreement.getDouble("p_value") < 0.002, agreement::encode);
        assertEquals(5, report.getJsonArray("disagreements").size());
        assertEquals(
                "SELL", report.getJsonArray("disagreements").getJsonObject(0).getString("treatment_action"));
    }

    @Test
    void the_window_is_to_look_at_and_changes_nothing_else() {
        String testId = createdShadow("window", "constant_hold", "constant_buy");
        ask(testId, 20);
        await().until(() -> tallied(report(testId), 20));

        JsonObject day = report(testId);
        JsonObject hour = ok(get(about(testId, "report?hours_back=1")));

        assertEquals(24, day.getJsonObject("window").getInteger("time_window_hours"));
        assertEquals(1, hour.getJsonObject("window").getInteger("time_window_hours"));
        assertEquals(ok(get(about(testId, "stats"))), day.getJsonObject("window"));
        assertEquals(day.getJsonArray("guardrails"), hour.getJsonArray("guardrails"));
        assertEquals(day.getJsonArray("figures"), hour.getJsonArray("figures"));
    }

    @Test
    void the_window_is_1_to_2160_hours() {
        String testId = createdSplit("bounds", "constant_hold", "constant_buy", 0.5);

        ok(get(about(testId, "report?hours_back=2160")));
        for (String hours : List.of("0", "2161", "-1", "abc", "1.5")) {
            assertProblem(400, get(about(testId, "report?hours_back=" + hours)), "hours_back", "1", "2160");
        }
    }

    @Test
    void the_report_comes_as_json_unless_a_document_is_asked_for() {
        String testId = createdSplit("types", "constant_hold", "constant_buy", 0.5);

        for (String accepted :
                List.of("*/*", "application/json", "application/*", "text/markdown;q=0.5, application/json")) {
            Response response = accepting(accepted, testId);
            assertEquals(testId, ok(response).getJsonObject("test").getString("test_id"), accepted);
            assertTrue(response.contentType().startsWith("application/json"), accepted);
        }
        for (String accepted : List.of("text/markdown", "text/*", "text/markdown, application/json;q=0.5")) {
            Response response = accepting(accepted, testId);
            assertEquals(200, response.statusCode());
            assertEquals("text/markdown;charset=UTF-8", response.contentType(), accepted);
            assertTrue(response.asString().startsWith("# " + testId + ": insufficient data\n"), response.asString());
        }
    }

    @Test
    void other_types_are_refused_with_those_that_there_are() {
        String testId = createdSplit("types", "constant_hold", "constant_buy", 0.5);

        assertProblem(406, accepting("text/csv", testId), "application/json", "text/markdown");
        assertProblem(406, accepting("text/html", testId), "application/json", "text/markdown");
    }

    @Test
    void an_unknown_test_has_no_report_of_either_kind() {
        assertProblem(404, get(TESTS + "/no-such-test/report"), "no-such-test");
        assertProblem(404, accepting("text/markdown", "no-such-test"), "no-such-test");
    }

    @Test
    void evidence_that_cannot_be_read_is_no_verdict() {
        String testId = createdShadow("locked", "constant_hold", "constant_buy");

        Rows.whileLocked("ab_test_account", () -> {
            assertProblem(503, get(about(testId, "report")), "database");
            assertProblem(503, accepting("text/markdown", testId), "database");
        });
        // whoever waited for the lock may hold the pool's connections for a moment longer
        await().until(() -> get(about(testId, "report")).statusCode() == 200);

        assertEquals("insufficient_data", report(testId).getString("verdict"));
    }

    @Test
    void the_history_of_a_test_has_what_its_evaluations_found() {
        String testId = createdShadow("history", "constant_hold", "constant_buy");
        await().until(() -> history(testId, 240).size() == 1);
        JsonObject point = history(testId, 240).getFirst();
        assertEquals("insufficient_data", point.getString("verdict"), point::encode);
        assertEquals(5, guardrails(point).size());
        assertNull(guardrail(point, "agreement").getValue("estimate"));

        Observed.store(new Observed(testId, 1).shadow(STEADY, 0));
        await().until(() -> history(testId, 1).getFirst().getString("verdict").equals("roll_back"));

        JsonObject report = report(testId);
        JsonObject last = history(testId, 1).getFirst();
        JsonObject agreement = guardrail(last, "agreement");
        assertEquals(1, last.getInteger("generation"));
        assertTrue(last.getInstant("time").isAfter(point.getInstant("time")));
        assertTrue(last.getJsonArray("reasons").getString(0).startsWith("agreement 0% in "), last::encode);
        // rows may still have been on their way
        for (String figure : List.of("state", "limit", "estimate")) {
            assertEquals(guardrail(report, "agreement").getValue(figure), agreement.getValue(figure), figure);
        }
        assertTrue(agreement.getInteger("samples") > 0, agreement::encode);
        assertTrue(agreement.getDouble("upper") < agreement.getDouble("limit"), agreement::encode);
        assertEquals(-Math.log(0.002), agreement.getDouble("threshold"), 1e-9);
        assertTrue(agreement.getDouble("log_e") > agreement.getDouble("threshold"), agreement::encode);

        Service.delete(TESTS + "/" + testId);
        JsonObject deleted = ok(get(about(testId, "history")));
        assertEquals(point, deleted.getJsonArray("points").getJsonObject(0));
        assertNotNull(deleted.getInstant("deleted_at"));
    }

    @Test
    void a_history_shows_1_to_1000_points_of_a_test_that_exists() {
        String testId = createdSplit("points", "constant_hold", "constant_buy", 0.5);

        for (String points : List.of("0", "1001", "-1", "many")) {
            assertProblem(400, get(about(testId, "history?points=" + points)), "points", "1", "1000");
        }
        assertProblem(404, get(TESTS + "/no-such-test/history"), "no-such-test");
    }

    private static List<JsonObject> history(String testId, int points) {
        return ok(get(about(testId, "history?points=" + points))).getJsonArray("points").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    @Test
    void every_number_of_the_document_is_one_of_the_json() {
        String testId = createdShadow("numbers", "bull_specialist", "bull_specialist_degraded");
        for (int i = 0; i < ENOUGH; i++) {
            predicted(request(testId).put("features", features(i / 10.0 - 3)));
        }
        Service.flush(testId);

        InBothForms read = InBothForms.of(testId);
        JsonObject report = read.report();
        Document document = read.document();

        Document.Rows guardrails = document.table("Guardrails");
        for (JsonObject guardrail : guardrails(report)) {
            guardrails
                    .next(guardrail.getString("measure").replace('_', ' '))
                    .says("state", guardrail.getString("state"))
                    .says("on breach", guardrail.getString("action").replace('_', ' '))
                    .shows("limit", guardrail.getDouble("limit"))
                    .shows("estimate", guardrail.getDouble("estimate"))
                    .shows("interval", guardrail.getDouble("lower"), guardrail.getDouble("upper"))
                    .shows("p", guardrail.getDouble("p_value"))
                    .shows("samples", guardrail.getDouble("samples"))
                    .shows("minimum", guardrail.getDouble("minimum_samples"))
                    .shows("to pass", guardrail.getDouble("minimum_samples_to_pass"));
        }
        Document.Rows figures = document.table("Figures");
        for (JsonObject figure : figures(report)) {
            if (figure.getValue("estimate") == null) {
                assertTrue(document.has(figure.getString("title")), figure::encode);
                continue;
            }
            figures.next(figure.getString("title"))
                    .says("unit", figure.getString("unit"))
                    .shows("expected", figure.getDouble("expected"))
                    .shows("estimate", figure.getDouble("estimate"))
                    .shows("interval", figure.getDouble("lower"), figure.getDouble("upper"))
                    .shows("p", figure.getDouble("p_value"))
                    .shows("samples", figure.getDouble("samples"))
                    .shows("control", figure.getDouble("control_samples"))
                    .shows("treatment", figure.getDouble("treatment_samples"));
        }
        JsonObject metrics = report.getJsonObject("window").getJsonObject("metrics");
        Document.Rows window = document.table("Last 24 h (for information only)");
        window.next("requests").shows("control", (double) ENOUGH).shows("treatment", (double) ENOUGH);
        Stream.of(
                        "avg_confidence",
                        "avg_latency_ms",
                        "p50_latency_ms",
                        "p95_latency_ms",
                        "p99_latency_ms",
                        "error_count")
                .forEach(field -> window.next()
                        .shows("control", metrics.getJsonObject("control").getDouble(field))
                        .shows("treatment", metrics.getJsonObject("treatment").getDouble(field)));
        report.getJsonArray("reasons").forEach(reason -> assertTrue(document.has(String.valueOf(reason))));
        report.getJsonArray("assumptions").forEach(text -> assertTrue(document.has(String.valueOf(text))));
    }

    private static void ask(String testId, int times) {
        for (int i = 0; i < times; i++) {
            predicted(request(testId));
        }
        Service.flush(testId);
    }

    /** Whether the counts of the replica, which come every two seconds, are there. */
    private static boolean tallied(JsonObject report, int shadows) {
        return report.getJsonArray("figures").stream()
                .map(JsonObject.class::cast)
                .anyMatch(figure ->
                        figure.getString("name").equals("lost_rows_shadow") && figure.getInteger("samples") == shadows);
    }

    private static JsonObject report(String testId) {
        return ok(get(about(testId, "report")));
    }

    private static Response accepting(String types, String testId) {
        return given().accept(types).get(about(testId, "report"));
    }

    /** A report and its document, which show the same moment: the service evaluates the test meanwhile, and keeps what it finds. */
    private record InBothForms(JsonObject report, Document document) {

        static InBothForms of(String testId) {
            AtomicReference<InBothForms> read = new AtomicReference<>();
            await().until(() -> {
                InBothForms both = new InBothForms(
                        ReportTest.report(testId),
                        Document.of(accepting("text/markdown", testId).asString()));
                read.set(both);
                return guardrails(both.report).equals(guardrails(ReportTest.report(testId)));
            });
            return read.get();
        }
    }

    private static List<JsonObject> guardrails(JsonObject report) {
        return report.getJsonArray("guardrails").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static List<JsonObject> figures(JsonObject report) {
        return report.getJsonArray("figures").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static JsonObject guardrail(JsonObject report, String measure) {
        JsonObject found = guardrails(report).stream()
                .filter(guardrail -> guardrail.getString("measure").equals(measure))
                .findFirst()
                .orElse(null);
        assertNotNull(found, measure);
        return found;
    }
}
