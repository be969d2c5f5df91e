package ai.ultrathink.understudy.monitoring;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Tool;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A real Prometheus scrapes the packaged service under traffic, and is asked all that the rules and the dashboards ask. */
@Isolated
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway") // a null fails the test
class MonitoringIT {

    private static final int PER_SECOND = 100;
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final Duration RANGE = Duration.ofMinutes(5);
    private static final Duration RATE_INTERVAL = Duration.ofSeconds(10);

    private @Nullable ObservedService service;
    private MarketTraffic traffic;
    private Prometheus prometheus;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws IOException {
        Tool.PROMETHEUS.assumePresent("The test of the dashboards");
        service = ObservedService.start(directory);
        service.createTests();
        traffic = service.ask(PER_SECOND, ObservedService.TEST_IDS);
        prometheus = service.scrape(directory);
        await("each series that the rules record is there")
                .atMost(WITHIN)
                .until(() -> rules(false).allMatch(rule -> shows(rule.expression())));
    }

    @AfterAll
    void stop() throws Exception {
        if (service != null) {
            service.close();
        }
    }

    @Test
    @Order(1)
    void the_service_is_scraped_without_an_error() {
        JsonNode target = prometheus.targets().path(0);

        assertEquals("up", target.path("health").asText(), target::toString);
        assertEquals("", target.path("lastError").asText());
    }

    @TestFactory
    @Order(2)
    Stream<DynamicTest> panel_shows_data() throws IOException {
        return Dashboard.all().stream()
                .flatMap(dashboard -> dashboard.panels().stream()
                        .map(panel -> DynamicTest.dynamicTest(
                                dashboard.title() + ", " + panel.title(), () -> assertShows(panel))));
    }

    /** For a shadow and for a split one of its queries at least, and each of them for one of the two. */
    private void assertShows(Panel panel) {
        assertTrue(!panel.queries().isEmpty());
        for (String testId : ObservedService.TEST_IDS) {
            List<Series> answers = panel.queries().stream()
                    .flatMap(query -> answers(panel, query, testId))
                    .toList();
            assertTrue(
                    panel.field().saysWhyThereIsNone() || answers.stream().anyMatch(Series::shows),
                    () -> panel.title() + " of " + testId + " is " + answers);
        }
        for (Panel.Query query : panel.queries()) {
            List<Series> answers = ObservedService.TEST_IDS.stream()
                    .flatMap(testId -> answers(panel, query, testId))
                    .toList();
            // a block of outcomes closes after a minute at least: without one there is a series without a number
            boolean ofBlocks = query.expression().contains("outcome");
            assertTrue(
                    answers.stream().anyMatch(series -> ofBlocks || series.shows()),
                    () -> query.expression() + " is " + answers);
        }
    }

    @Test
    @Order(2)
    void what_the_dashboards_mark_is_evaluated_without_an_error() throws IOException {
        for (Dashboard dashboard : Dashboard.all()) {
            assertTrue(!dashboard.annotations().isEmpty());
            dashboard
                    .annotations()
                    .forEach(annotation -> prometheus.query(new Panel.Query(annotation.expression(), "")
                            .forTest(ObservedService.SPLIT, RANGE, RATE_INTERVAL)));
        }
    }

    private Stream<Series> answers(Panel panel, Panel.Query query, String testId) {
        String expression = query.forTest(testId, RANGE, RATE_INTERVAL);
        Instant now = Instant.now();
        return (panel.isInstant()
                        ? prometheus.query(expression)
                        : prometheus.query(expression, now.minus(RANGE), now, Duration.ofSeconds(1)))
                .stream();
    }

    @Test
    @Order(3)
    void every_rule_is_evaluated_without_an_error() throws IOException {
        await("each rule has been evaluated")
                .atMost(WITHIN)
                .until(() -> prometheus.rules().stream()
                        .noneMatch(rule -> rule.path("health").asText().equals("unknown")));

        assertEquals(Rule.all().size(), prometheus.rules().size());
        prometheus
                .rules()
                .forEach(rule -> assertEquals("ok", rule.path("health").asText(), rule::toString));
    }

    @Test
    @Order(4)
    void a_sound_service_alerts_nobody() {
        assertEquals(List.of(), List.copyOf(traffic.failures()));
        assertEquals(
                List.of(),
                prometheus.rules().stream()
                        .filter(rule -> rule.path("state").asText().equals("firing"))
                        .map(rule -> rule.path("name").asText())
                        .toList());
    }

    @Test
    @Order(5)
    void what_a_test_told_leaves_with_it() throws Exception {
        String series = "{__name__=~\"understudy_.+\",test=\"" + ObservedService.SPLIT + "\"}";
        assertTrue(shows(series));
        traffic.close();

        service.delete(ObservedService.SPLIT);

        await("no series of the test is scraped any more").atMost(WITHIN).until(() -> !shows(series));
    }

    private Stream<Rule> rules(boolean alerts) throws IOException {
        return Rule.all().stream().filter(rule -> rule.alerts() == alerts);
    }

    private boolean shows(String expression) {
        return prometheus.query(expression).stream().anyMatch(Series::shows);
    }
}
