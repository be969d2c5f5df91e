package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ResultsTest {

    private static final Set<String> ARM = Set.of(
            "avg_confidence",
            "avg_latency_ms",
            "stddev_latency_ms",
            "p50_latency_ms",
            "p95_latency_ms",
            "p99_latency_ms",
            "error_count",
            "fallback_count",
            "outcome_count",
            "mean_outcome",
            "hit_rate",
            "outcome_coverage");
    private static final Set<String> COMPARISON = Set.of(
            "agreement_rate",
            "avg_confidence_delta",
            "stddev_confidence_delta",
            "avg_latency_delta_ms",
            "p95_latency_delta_ms",
            "mean_outcome_delta",
            "outcome_coverage",
            "outcome_coverage_agreeing",
            "outcome_coverage_disagreeing",
            "late_outcomes",
            "mean_outcome_delta_now");

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void statistics_without_data_have_counts_of_zero_and_figures_of_null() {
        String testId = createdSplit("empty", "constant_hold", "constant_buy", 0.5);

        JsonObject stats = stats(testId);

        assertEquals(
                Set.of(
                        "test_id",
                        "time_window_hours",
                        "total_samples",
                        "control_count",
                        "treatment_count",
                        "shadow_count",
                        "control_model_versions",
                        "treatment_model_versions",
                        "metrics"),
                stats.fieldNames());
        for (String count : List.of("total_samples", "control_count", "treatment_count", "shadow_count")) {
            assertEquals(0, stats.getInteger(count), count);
        }
        assertEquals(24, stats.getInteger("time_window_hours"));
        for (String arm : List.of("control", "treatment")) {
            assertEquals(ARM, arm(stats, arm).fieldNames());
            for (String field : ARM) {
                assertEquals(
                        field.endsWith("_count") ? (Object) 0 : null,
                        arm(stats, arm).getValue(field),
                        arm + " " + field);
            }
        }
        assertEquals(COMPARISON, comparison(stats).fieldNames());
        COMPARISON.forEach(field -> assertEquals(
                field.equals("late_outcomes") ? (Object) 0 : null,
                comparison(stats).getValue(field),
                field));
    }

    @Test
    void statistics_of_a_shadow_test_are_those_of_its_rows() {
        String testId = createdShadow("pairs", "bull_specialist", "bull_specialist_degraded");
        for (int i = 0; i < 60; i++) {
            predicted(request(testId).put("features", features(i / 10.0 - 3)));
        }
        List<JsonObject> rows = rows(testId);

        JsonObject stats = stats(testId);

        assertEquals(60, stats.getInteger("total_samples"));
        assertEquals(60, stats.getInteger("shadow_count"));
        assertEquals(0, stats.getInteger("control_count"));
        assertEquals(0, stats.getInteger("treatment_count"));
        for (String arm : List.of("control", "treatment")) {
            JsonObject figures = arm(stats, arm);
            assertFigure(mean(rows, arm + "_confidence"), figures, "avg_confidence");
            assertFigure(mean(rows, arm + "_latency_ms"), figures, "avg_latency_ms");
            assertFigure(standardDeviation(rows, arm + "_latency_ms"), figures, "stddev_latency_ms");
            assertEquals(0, figures.getInteger("error_count"));
            assertEquals(0, figures.getInteger("fallback_count"));
        }
        assertFigure(mean(rows, row -> row.getBoolean("actions_match") ? 1 : 0), comparison(stats), "agreement_rate");
        assertFigure(mean(rows, "confidence_delta"), comparison(stats), "avg_confidence_delta");
        assertFigure(standardDeviation(rows, "confidence_delta"), comparison(stats), "stddev_confidence_delta");
        assertFigure(mean(rows, "latency_delta_ms"), comparison(stats), "avg_latency_delta_ms");
    }

    @Test
    void quantiles_lie_in_order_between_the_fastest_and_the_slowest() {
        String testId = createdShadow("quantiles", "constant_hold", "constant_buy");
        for (int i = 0; i < 40; i++) {
            predicted(request(testId));
        }
        List<JsonObject> rows = rows(testId);

        JsonObject stats = stats(testId);

        for (String arm : List.of("control", "treatment")) {
            JsonObject figures = arm(stats, arm);
            List<Double> quantiles = List.of(
                    figures.getDouble("p50_latency_ms"),
                    figures.getDouble("p95_latency_ms"),
                    figures.getDouble("p99_latency_ms"));
            double fastest = latencies(rows, arm).stream().min(Double::compare).orElseThrow();
            double slowest = latencies(rows, arm).stream().max(Double::compare).orElseThrow();
            assertEquals(quantiles.stream().sorted().toList(), quantiles);
            // buckets are a few percent wide
            assertTrue(
                    quantiles.getFirst() >= fastest * 0.9 && quantiles.getLast() <= slowest * 1.1,
                    () -> quantiles + " not within " + fastest + " and " + slowest);
        }
        assertEquals(
                arm(stats, "treatment").getDouble("p95_latency_ms")
                        - arm(stats, "control").getDouble("p95_latency_ms"),
                comparison(stats).getDouble("p95_latency_delta_ms"),
                1e-9);
    }

    @Test
    void statistics_of_a_split_compare_the_arms() {
        String testId = createdSplit("arms", "constant_hold", "constant_buy", 0.5);
        for (int i = 0; i < 60; i++) {
            predicted(request(testId).put("unit_id", "u-" + i));
        }
        List<JsonObject> rows = rows(testId);
        long treated = rows.stream()
                .filter(row -> row.getString("assigned_group").equals("treatment"))
                .count();

        JsonObject stats = stats(testId);

        assertEquals(60, stats.getInteger("total_samples"));
        assertEquals(treated, stats.getLong("treatment_count"));
        assertEquals(60 - treated, stats.getLong("control_count"));
        assertEquals(0, stats.getInteger("shadow_count"));
        assertFigure(0.8, arm(stats, "control"), "avg_confidence");
        assertFigure(0.8, arm(stats, "treatment"), "avg_confidence");
        assertNull(comparison(stats).getValue("agreement_rate"));
        assertEquals(0, comparison(stats).getDouble("avg_confidence_delta"), 1e-9);
    }

    @Test
    void rows_older_than_the_window_do_not_count() {
        String testId = createdShadow("window", "constant_hold", "constant_buy");
        Rows.insertDisagreement(testId, Instant.now().minus(Duration.ofMinutes(170)), "old");
        Rows.insertDisagreement(testId, Instant.now().minus(Duration.ofMinutes(30)), "new");

        assertEquals(1, ok(get(about(testId, "stats?hours_back=1"))).getInteger("total_samples"));
        assertEquals(1, ok(get(about(testId, "stats?hours_back=2"))).getInteger("total_samples"));
        assertEquals(2, ok(get(about(testId, "stats?hours_back=3"))).getInteger("total_samples"));
        assertEquals(2, stats(testId).getInteger("total_samples"));
        assertEquals(1, matrix(ok(get(about(testId, "actions?hours_back=1"))), "HOLD", "BUY"));
        assertEquals(2, matrix(ok(get(about(testId, "actions"))), "HOLD", "BUY"));
    }

    @Test
    void the_window_is_1_to_2160_hours() {
        String testId = createdSplit("bounds", "constant_hold", "constant_buy", 0.5);

        for (String call : List.of("stats", "actions", "verify-split")) {
            for (String hours : List.of("1", "2160")) {
                assertEquals(
                        Integer.valueOf(hours),
                        ok(get(about(testId, call + "?hours_back=" + hours))).getInteger("time_window_hours"));
            }
            for (String hours : List.of("0", "2161", "-1", "abc", "1.5", "99999999999")) {
                assertProblem(400, get(about(testId, call + "?hours_back=" + hours)), "hours_back", "1", "2160");
            }
        }
    }

    @Test
    void actions_are_counted_per_arm_with_the_matrix_of_shadow_rows() {
        String testId = createdShadow("actions", "constant_hold", "constant_sell");
        for (int i = 0; i < 5; i++) {
            predicted(request(testId));
        }
        Service.flush(testId);

        JsonObject actions = ok(get(about(testId, "actions")));

        assertEquals(counts(5, 0, 0), actions.getJsonObject("control"));
        assertEquals(counts(0, 0, 5), actions.getJsonObject("treatment"));
        assertEquals(
                new JsonObject()
                        .put("HOLD", counts(0, 0, 5))
                        .put("BUY", counts(0, 0, 0))
                        .put("SELL", counts(0, 0, 0)),
                actions.getJsonObject("matrix"));
    }

    @Test
    void actions_of_a_split_leave_the_matrix_empty() {
        String testId = createdSplit("actions", "constant_hold", "constant_buy", 1);
        predicted(request(testId));
        Service.flush(testId);

        JsonObject actions = ok(get(about(testId, "actions")));

        assertEquals(counts(0, 0, 0), actions.getJsonObject("control"));
        assertEquals(counts(0, 1, 0), actions.getJsonObject("treatment"));
        assertEquals(0, matrix(actions, "HOLD", "BUY"));
    }

    @Test
    void disagreements_show_both_answers() {
        String testId = createdShadow("both", "constant_hold", "constant_buy");
        predicted(request(testId).put("request_id", "r-7").put("unit_id", "u-7"));
        Service.flush(testId);

        JsonObject page = ok(get(about(testId, "disagreements")));

        JsonObject row = page.getJsonArray("disagreements").getJsonObject(0);
        assertEquals(1, page.getJsonArray("disagreements").size());
        assertEquals("r-7", row.getString("request_id"));
        assertEquals("u-7", row.getString("unit_id"));
        assertEquals("HOLD", row.getString("control_action"));
        assertEquals("BUY", row.getString("treatment_action"));
        assertEquals(0.8, row.getDouble("control_confidence"), 1e-6);
        assertNull(page.getValue("next"));
    }

    @Test
    void pages_of_disagreements_have_no_gaps_and_no_repeats_while_rows_arrive() {
        String testId = createdShadow("pages", "constant_hold", "constant_buy");
        Instant sameTime = Instant.now().minusSeconds(60);
        for (int i = 0; i < 20; i++) {
            // ten of them at one microsecond, where only the row id can tell where a page ended
            Rows.insertDisagreement(testId, i < 10 ? sameTime : sameTime.plusSeconds(i), "r-" + i);
        }

        List<String> seen = new java.util.ArrayList<>();
        String before = "";
        do {
            JsonObject page = ok(get(about(testId, "disagreements?limit=3" + before)));
            page.getJsonArray("disagreements").forEach(row -> seen.add(((JsonObject) row).getString("request_id")));
            before = page.getString("next") == null ? "" : "&before=" + page.getString("next");
            predicted(request(testId).put("request_id", "late"));
            Service.flush(testId);
        } while (!before.isEmpty());

        assertEquals(20, seen.size());
        assertEquals(20, Set.copyOf(seen).size());
        assertEquals("r-19", seen.getFirst());
    }

    @Test
    void agreeing_rows_and_split_rows_are_no_disagreements() {
        String agreeing = createdShadow("agree", "bull_specialist", "universal");
        String split = createdSplit("agree", "constant_hold", "constant_buy", 0.5);
        predicted(request(agreeing));
        predicted(request(split));
        boolean agree = rows(agreeing).getFirst().getBoolean("actions_match");
        Service.flush(split);

        assertEquals(agree ? 0 : 1, disagreements(agreeing));
        assertEquals(0, disagreements(split));
    }

    @Test
    void a_page_of_disagreements_has_1_to_1000_rows() {
        String testId = createdShadow("limits", "constant_hold", "constant_buy");

        for (String limit : List.of("0", "1001", "abc", "-5")) {
            assertProblem(400, get(about(testId, "disagreements?limit=" + limit)), "limit", "1", "1000");
        }
        ok(get(about(testId, "disagreements?limit=1")));
        ok(get(about(testId, "disagreements?limit=1000")));
    }

    @Test
    void a_page_key_that_is_none_is_refused() {
        String testId = createdShadow("keys", "constant_hold", "constant_buy");

        for (String before : List.of("yesterday", "~", "2026-11-24T12:00:00Z~", "2026-11-24T12:00:00Z~not-a-uuid")) {
            assertProblem(400, get(about(testId, "disagreements?before=" + before)), "before");
        }
    }

    @Test
    void a_page_key_far_from_any_row_is_harmless() {
        String testId = createdShadow("far", "constant_hold", "constant_buy");

        ok(get(about(testId, "disagreements?before=9999-12-31T23:59:59Z")));
        ok(get(about(testId, "disagreements?before=0001-01-01T00:00:00Z")));
    }

    @Test
    void a_plain_time_is_a_page_key_too() {
        String testId = createdShadow("time", "constant_hold", "constant_buy");
        Rows.insertDisagreement(testId, Instant.parse("2026-11-01T00:00:00Z"), "old");
        Rows.insertDisagreement(testId, Instant.parse("2026-11-03T00:00:00Z"), "new");

        JsonObject page = ok(get(about(testId, "disagreements?before=2026-11-02T00:00:00Z")));

        assertEquals(1, page.getJsonArray("disagreements").size());
        assertEquals("old", page.getJsonArray("disagreements").getJsonObject(0).getString("request_id"));
    }

    @Test
    void the_split_is_verified_against_what_was_configured() {
        String testId = createdSplit("verify", "constant_hold", "constant_buy", 1);
        for (int i = 0; i < 10; i++) {
            predicted(request(testId));
        }
        ok(post(about(testId, "update-split"), "{\"traffic_split\":0}"));
        Service.flush(testId);

        JsonObject check = ok(get(about(testId, "verify-split")));

        assertEquals(1.0, check.getDouble("expected_split"));
        assertEquals(1.0, check.getDouble("actual_split"));
        assertEquals(0.0, check.getDouble("delta"));
        assertEquals(true, check.getBoolean("within_tolerance"));
        assertEquals(10, check.getInteger("sample_size"));
    }

    @Test
    void a_split_without_data_is_neither_right_nor_wrong() {
        String testId = createdSplit("verify", "constant_hold", "constant_buy", 0.5);

        JsonObject check = ok(get(about(testId, "verify-split")));

        assertEquals(0, check.getInteger("sample_size"));
        assertNull(check.getValue("actual_split"));
        assertNull(check.getValue("within_tolerance"));
    }

    @Test
    void the_newest_events_are_limited() {
        String testId = createdSplit("events", "constant_hold", "constant_buy", 0.5);
        ok(post(about(testId, "disable")));

        assertEquals(1, okList(get(about(testId, "events?limit=1"))).size());
        assertProblem(400, get(about(testId, "events?limit=0")), "limit");
    }

    private static JsonObject stats(String testId) {
        return ok(get(about(testId, "stats")));
    }

    private static JsonObject arm(JsonObject stats, String arm) {
        return stats.getJsonObject("metrics").getJsonObject(arm);
    }

    private static JsonObject comparison(JsonObject stats) {
        return arm(stats, "comparison");
    }

    private static JsonObject counts(long hold, long buy, long sell) {
        // through text, so that the numbers are of the types that parsing gives
        return new JsonObject(new JsonObject()
                .put("HOLD", hold)
                .put("BUY", buy)
                .put("SELL", sell)
                .encode());
    }

    private static long matrix(JsonObject actions, String control, String treatment) {
        return actions.getJsonObject("matrix").getJsonObject(control).getLong(treatment);
    }

    private static int disagreements(String testId) {
        return ok(get(about(testId, "disagreements")))
                .getJsonArray("disagreements")
                .size();
    }

    private static void assertFigure(double expected, JsonObject figures, String name) {
        assertEquals(expected, figures.getDouble(name), 1e-9 + 1e-6 * Math.abs(expected), name);
    }

    private static List<Double> latencies(List<JsonObject> rows, String arm) {
        return rows.stream().map(row -> row.getDouble(arm + "_latency_ms")).toList();
    }

    private static double mean(List<JsonObject> rows, String column) {
        return mean(rows, row -> row.getDouble(column));
    }

    private static double mean(List<JsonObject> rows, ToDoubleFunction<JsonObject> value) {
        return rows.stream().mapToDouble(value).average().orElseThrow();
    }

    private static double standardDeviation(List<JsonObject> rows, String column) {
        double mean = mean(rows, column);
        double squares = rows.stream()
                .mapToDouble(row -> row.getDouble(column) - mean)
                .map(d -> d * d)
                .sum();
        return Math.sqrt(squares / (rows.size() - 1));
    }
}
