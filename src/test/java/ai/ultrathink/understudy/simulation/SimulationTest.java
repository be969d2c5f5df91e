package ai.ultrathink.understudy.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                    assertEquals(0, summary.falseAlarms(), () -> SimulationReport.line(summary));
                    assertEquals(0, summary.missed(), () -> SimulationReport.line(summary));
                }));
    }

    @Test
    void a_run_depends_on_the_seed_and_its_number_alone() {
        Scenario scenario = Scenarios.all().stream()
                .filter(each -> each.name().equals("2% crashes"))
                .findFirst()
                .orElseThrow();

        assertEquals(
                ScenarioRunner.play(scenario, 3).endings(),
                ScenarioRunner.play(scenario, 5).endings().subList(0, 3));
    }

    @Test
    void the_error_bar_of_a_rate_is_that_of_clopper_and_pearson() {
        Summary none = new Summary(
                Scenarios.all().getFirst(),
                Stream.generate(ScenarioEnd.Uneventful::new)
                        .limit(1_000)
                        .map(ScenarioEnd.class::cast)
                        .toList(),
                0);

        assertEquals(0, none.falseAlarmsAtLeast());
        assertEquals(1 - Math.pow(0.025, 0.001), none.falseAlarmsAtMost(), 1e-9);
        Summary some = new Summary(
                Scenarios.all().getFirst(),
                Stream.concat(
                                Stream.<ScenarioEnd>generate(() -> new ScenarioEnd.FalseAlarm(""))
                                        .limit(5),
                                Stream.<ScenarioEnd>generate(ScenarioEnd.Uneventful::new)
                                        .limit(95))
                        .toList(),
                0);
        // R: binom.test(5, 100)$conf.int
        assertEquals(0.01643186, some.falseAlarmsAtLeast(), 1e-7);
        assertEquals(0.1128349, some.falseAlarmsAtMost(), 1e-6);
        assertTrue(some.falseAlarmRate() == 0.05);
    }
}
