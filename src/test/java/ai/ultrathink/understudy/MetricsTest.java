package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.Tool;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/metrics.md to what Prometheus gets. */
@QuarkusTest
class MetricsTest {

    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `(understudy_\\w+)` \\| (\\w+) \\|([^|]*)\\|");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (understudy_\\w+) (\\w+)$");

    /** Appear only when an observation or an event could not be kept, which a healthy service does not do. */
    private static final Set<String> ONLY_IN_TROUBLE = Set.of(
            "understudy_journal_refused_total counter",
            "understudy_journal_outcomes_refused_total counter",
            "understudy_audit_dropped_total counter",
            "understudy_tallies_failed_total counter");

    /** Treatments of these tests run in the service itself. */
    private static final Set<String> ONLY_WITH_A_WORKER = Set.of(
            "understudy_worker_up gauge",
            "understudy_worker_memory_bytes gauge",
            "understudy_worker_starts_total counter",
            "understudy_worker_deaths_total counter",
            "understudy_worker_failures_total counter");

    /** These tests have no model on a server. */
    private static final Set<String> ONLY_WITH_A_REMOTE_MODEL = Set.of(
            "understudy_remote_calls_seconds histogram",
            "understudy_remote_calls_seconds_max gauge",
            "understudy_remote_connect_seconds histogram",
            "understudy_remote_connect_seconds_max gauge",
            "understudy_remote_server_seconds histogram",
            "understudy_remote_server_seconds_max gauge",
            "understudy_remote_failures_total counter");

    /** These tests have no webhook. */
    private static final Set<String> ONLY_WITH_A_DESTINATION_OF_NOTICES = Set.of(
            "understudy_notices_total counter",
            "understudy_notices_waiting gauge",
            "understudy_notices_dead gauge",
            "understudy_notices_lag_seconds gauge");

    @Test
    void the_list_of_metrics_has_each_one_with_its_type_and_no_other() throws IOException {
        usePredictionsOfEveryKind();

        Set<String> exported = TYPE.matcher(export())
                .results()
                .map(MetricsTest::nameAndType)
                .collect(Collectors.toCollection(TreeSet::new));
        exported.addAll(ONLY_IN_TROUBLE);
        exported.addAll(ONLY_WITH_A_WORKER);
        exported.addAll(ONLY_WITH_A_REMOTE_MODEL);
        exported.addAll(ONLY_WITH_A_DESTINATION_OF_NOTICES);

        Set<String> listed = LISTED.matcher(list())
                .results()
                .map(MetricsTest::nameAndType)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(listed, exported);
    }

    /** What curl gets, which accepts everything. */
    @Test
    void promtool_finds_nothing_to_complain_about(@TempDir Path directory) throws IOException, InterruptedException {
        Tool.PROMTOOL.assumePresent("MetricsTest");
        usePredictionsOfEveryKind();
        String export = given().accept("*/*").get("/q/metrics").asString();
        Path file = Files.writeString(directory.resolve("metrics"), export);

        Process check = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(file.toFile())
                .redirectErrorStream(true)
                .start();
        String complaints = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals("", complaints);
        assertEquals(0, check.waitFor());
    }

    @Test
    void the_list_of_metrics_has_the_labels_of_each() throws IOException {
        usePredictionsOfEveryKind();
        String export = export();

        LISTED.matcher(list())
                .results()
                .filter(row -> !ONLY_IN_TROUBLE.contains(nameAndType(row)))
                .filter(row -> !ONLY_WITH_A_WORKER.contains(nameAndType(row)))
                .filter(row -> !ONLY_WITH_A_REMOTE_MODEL.contains(nameAndType(row)))
                .filter(row -> !ONLY_WITH_A_DESTINATION_OF_NOTICES.contains(nameAndType(row)))
                .forEach(row -> {
                    Set<String> labels = words(row.group(3), "`(\\w+)`");
                    assertEquals(labels, labels(export, row.group(1)), row.group(1));
                });
    }

    @Test
    void what_a_sound_test_counts_is_exported_before_its_first_request() {
        String shadow = Service.createdShadow("metrics-new", "constant_hold", "constant_buy");
        String split = Service.createdSplit("metrics-new", "constant_hold", "constant_buy", 0.5);

        assertEquals(
                Set.of(
                        "understudy_agreement_total 0.0",
                        "understudy_confidence_percent_count 0.0",
                        "understudy_model_latency_seconds_count 0.0",
                        "understudy_predictions_total 0.0",
                        "understudy_rollbacks_total 0.0"),
                counts(shadow));
        assertEquals(
                Set.of(
                        "understudy_agreement_total 0.0",
                        "understudy_confidence_percent_count 0.0",
                        "understudy_model_latency_seconds_count 0.0",
                        "understudy_pairs_total 0.0",
                        "understudy_predictions_total 0.0",
                        "understudy_rollbacks_total 0.0",
                        "understudy_split_expected_total 0.0"),
                counts(split));
    }

    @Test
    void what_a_test_told_leaves_when_it_is_deleted() {
        String testId = Service.createdSplit("metrics-gone", "constant_hold", "throws_later", 1);
        Service.predicted(Service.provocation(testId));
        assertTrue(export().contains("test=\"" + testId + "\""));

        assertEquals(204, Service.delete(Service.TESTS + "/" + testId).statusCode());

        // an evaluation that was under way may tell something of it once more
        await().until(() -> !export().contains("test=\"" + testId + "\""));
    }

    /** The names of a test's counters with their values. */
    private static Set<String> counts(String testId) {
        return Pattern.compile("(?m)^(understudy_\\w+(?:_total|_count))\\{[^}]*test=\"" + testId + "\"[^}]*} (\\S+)$")
                .matcher(export())
                .results()
                .map(MetricsTest::nameAndType)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A plain one, a shadow, a split, and a treatment that fails. */
    private static void usePredictionsOfEveryKind() {
        Service.predicted(Service.request());
        String shadow = Service.createdShadow("metrics-shadow", "constant_hold", "constant_buy");
        Service.predicted(Service.request(shadow));
        Service.flush(shadow);
        String ramp =
                Service.created(Service.explicitTest(Service.newId("metrics-ramp"), "constant_hold", "constant_buy")
                        .put("ramp", new JsonObject())
                        .put("outcome", new JsonObject("""
                                {"positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "clip": 0.05, "limit": 0}""")));
        await().until(() -> {
            String export = export();
            return export.contains("understudy_outcome_coverage{of=\"agreeing\",test=\"" + ramp)
                    && export.contains("understudy_noise_total")
                    && export.contains("understudy_ramp_step{test=\"" + ramp);
        });
        Service.ok(Service.post(Service.about(shadow, "disable")));
        Service.predicted(Service.request(shadow));
        String split = Service.createdSplit("metrics-split", "constant_hold", "constant_buy", 1);
        Service.predicted(Service.request(split));
        String failing = Service.createdSplit("metrics-failing", "constant_hold", "throws_later", 1);
        JsonObject answer = Service.predicted(Service.provocation(failing));
        assertEquals("treatment_error", Service.placement(answer).getString("fallback"));
        Service.flush(failing);
    }

    private static String export() {
        // the older of Prometheus' formats, where a counter's type line has its whole name
        return given().accept("text/plain;version=0.0.4").get("/q/metrics").asString();
    }

    private static String list() throws IOException {
        return Files.readString(Path.of("docs/metrics.md"));
    }

    private static String nameAndType(MatchResult match) {
        return match.group(1) + " " + match.group(2);
    }

    /** The labels of a metric's samples, without the bounds of a histogram's buckets. */
    private static Set<String> labels(String export, String name) {
        Set<String> labels = new TreeSet<>();
        Pattern.compile("(?m)^" + name + "(?:_bucket|_count|_sum)?\\{([^}]*)\\}")
                .matcher(export)
                .results()
                .forEach(sample -> labels.addAll(words(sample.group(1), "(\\w+)=\"")));
        labels.remove("le");
        return labels;
    }

    private static Set<String> words(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(word -> word.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
