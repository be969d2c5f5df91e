package ai.ultrathink.understudy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.WrittenSection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceMetricTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @ParameterizedTest
    @EnumSource(ServiceMetric.Section.class)
    void the_documentation_of_the_metrics_lists_each(ServiceMetric.Section section) throws IOException {
        String table = Arrays.stream(ServiceMetric.values())
                .filter(metric -> metric.section() == section)
                .map(ServiceMetricTest::rows)
                .collect(Collectors.joining(
                        "", "| name | type | labels | unit | meaning |\n| --- | --- | --- | --- | --- |\n", ""));

        new WrittenSection(Path.of("docs", "metrics.md"), "ServiceMetric.Section." + section).assertIs(table);
    }

    @Test
    void labels_that_are_not_declared_are_refused() {
        Exception missing = assertThrows(
                IllegalArgumentException.class, () -> ServiceMetric.AGREEMENT.counter(registry, "test", "canary"));
        Exception other = assertThrows(
                IllegalArgumentException.class,
                () -> ServiceMetric.GUARD_STATE.gauge(registry, Tags.of("role", "control"), 0, zero -> zero));

        assertEquals("understudy.agreement has the labels [test, match], got [test]", missing.getMessage());
        assertEquals("understudy.guard.state has the labels [test], got [role]", other.getMessage());
        assertTrue(registry.getMeters().isEmpty());
    }

    @Test
    void the_labels_of_a_row_are_checked_as_well() {
        assertThrows(
                IllegalArgumentException.class, () -> ServiceMetric.MODEL_INFO.row(Tags.of("model", "constant"), 1));
    }

    @Test
    void a_meter_of_another_type_is_refused() {
        Exception wrong = assertThrows(
                IllegalArgumentException.class, () -> ServiceMetric.SPLIT_SEEN.counter(registry, "test", "canary"));

        assertEquals("understudy.split.seen is a GAUGE, not a COUNTER", wrong.getMessage());
    }

    @Test
    void prometheus_gets_the_first_sentence_of_the_meaning_in_plain_text() {
        ServiceMetric.MODEL_LATENCY.timer(registry, Tags.of("test", "none", "model", "constant", "role", "control"));

        assertEquals(
                "Forward passes that answered; the wait for a thread is not in it",
                registry.get("understudy.model.latency").timer().getId().getDescription());
    }

    private static String rows(ServiceMetric metric) {
        String name = metric.meterName().replace('.', '_');
        return switch (metric.type()) {
            case COUNTER -> row(metric, name + "_total", "counter", metric.meaning());
            case GAUGE -> row(metric, name, "gauge", metric.meaning());
            case TIMER -> histogram(metric, name + "_seconds", "The longest of the last two minutes or so");
            case SUMMARY -> histogram(metric, name, "The highest of the last two minutes or so");
        };
    }

    private static String histogram(ServiceMetric metric, String name, String most) {
        return row(metric, name, "histogram", metric.meaning()) + row(metric, name + "_max", "gauge", most);
    }

    private static String row(ServiceMetric metric, String name, String type, String meaning) {
        String labels = metric.labels().stream()
                .map(label -> "`" + label + "`")
                .collect(Collectors.joining(", ", " ", metric.labels().isEmpty() ? "" : " "));
        return "| `%s` | %s |%s| %s | %s |\n".formatted(name, type, labels, metric.unit(), meaning);
    }
}
