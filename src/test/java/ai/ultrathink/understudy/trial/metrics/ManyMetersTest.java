package ai.ultrathink.understudy.trial.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.assignment.Catalogs;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.MeteredExperiments;
import ai.ultrathink.understudy.trace.Exemplars;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManyMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TrialMetrics metrics = new TrialMetrics(
            registry, new FailureLog(new ManualTime(), line -> {}), new Exemplars(true, new ManualTime()));

    @Test
    void so_many_tests_have_meters_and_no_more() {
        metrics.follow(Catalogs.of(tests("t", 3 * MeteredExperiments.MOST, true)));

        assertEquals(MeteredExperiments.MOST, metered());
    }

    @Test
    void tests_that_no_longer_run_make_room_for_those_that_do() {
        List<Experiment> first = tests("first", MeteredExperiments.MOST, true);
        metrics.follow(Catalogs.of(first));
        List<Experiment> disabled =
                first.stream().map(test -> test.withEnabled(false)).toList();

        metrics.follow(Catalogs.of(Catalogs.join(tests("second", 2, true), disabled)));

        assertEquals(2, metered());
        assertTrue(registry.getMeters().stream()
                .anyMatch(meter -> "second-1".equals(meter.getId().getTag("test"))));
    }

    @Test
    void where_there_is_room_a_test_that_is_disabled_keeps_its_meters() {
        List<Experiment> tests = tests("t", 3, true);
        metrics.follow(Catalogs.of(tests));

        metrics.follow(
                Catalogs.of(tests.stream().map(test -> test.withEnabled(false)).toList()));

        assertEquals(3, metered());
    }

    private long metered() {
        return registry.getMeters().stream()
                .map(meter -> String.valueOf(meter.getId().getTag("test")))
                .filter(test -> test.contains("-"))
                .distinct()
                .count();
    }

    private static List<Experiment> tests(String name, int count, boolean enabled) {
        return IntStream.range(0, count)
                .mapToObj(i -> Catalogs.test(name + "-" + i, enabled))
                .toList();
    }
}
