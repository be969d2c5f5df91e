package ai.ultrathink.understudy.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A few runs of each scenario; `make simulate` plays thousands. */
class SimulationTest {

    private static final int RUNS = 4;

    @TestFactory
    Stream<DynamicTest> ends_as_expected() {
        return Scenarios.all().stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> {
                    Summary summary = ScenarioRunner.play(scenario, RUNS);
                    assertEquals(0, summary.falseRollBacks().wrong(), () -> SimulationReport.line(summary));
                    assertEquals(0, summary.falsePromotions().wrong(), () -> SimulationReport.line(summary));
                    assertEquals(0, lost(summary), () -> SimulationReport.line(summary));
                }));
    }

    private static long lost(Summary summary) {
        return summary.scenario().expectation() instanceof Expectation.Broken broken && !broken.sought()
                ? 0
                : summary.missed();
    }

    @Test
    void a_run_depends_on_the_seed_and_its_number_alone() {
        Scenario scenario = Scenarios.all().stream()
                .filter(each -> each.name().equals("2% crashes"))
                .findFirst()
                .orElseThrow();

        assertEquals(
                ScenarioRunner.play(scenario, 3).each(),
                ScenarioRunner.play(scenario, 5).each().subList(0, 3));
    }

    @Test
    void the_error_bar_of_a_rate_is_that_of_clopper_and_pearson() {
        assertEquals(0, new ErrorRate(0, 1_000).atLeast());
        assertEquals(1 - Math.pow(0.025, 0.001), new ErrorRate(0, 1_000).atMost(), 1e-9);
        // R: binom.test(5, 100)$conf.int
        ErrorRate some = new ErrorRate(5, 100);
        assertEquals(0.01643186, some.atLeast(), 1e-7);
        assertEquals(0.1128349, some.atMost(), 1e-6);
        assertEquals(0.05, some.rate());
    }
}
