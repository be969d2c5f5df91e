package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomePlanTest {

    private static final Map<String, Double> POSITIONS = Map.of("HOLD", 0.0, "BUY", 1.0, "SELL", -1.0);
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void an_action_without_a_position_and_a_position_without_an_action_are_named() {
        OutcomePlan plan = plan(0.0001, 0.05, DAY, DAY, -0.0005, 0.05);
        plan.requireActions(Set.of("HOLD", "BUY", "SELL"));

        assertTrue(refusal(() -> plan.requireActions(Set.of("HOLD", "BUY", "SELL", "SHORT")))
                .contains("outcome.positions: got \"nothing for SHORT\""));
        assertTrue(
                refusal(() -> plan.requireActions(Set.of("HOLD", "BUY"))).contains("outcome.positions: got \"SELL\""));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e7})
    void a_position_is_a_finite_number(double position) {
        assertTrue(refusal(() -> new OutcomePlan(
                        Map.of("BUY", position),
                        0,
                        1,
                        DAY,
                        DAY,
                        0,
                        GuardrailAction.ALERT,
                        OutcomePromotion.IGNORE,
                        0.05))
                .contains("outcome.positions.BUY"));
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 0.05, PT24H, PT24H, 0, 0.05, cost",
        "NaN, 0.05, PT24H, PT24H, 0, 0.05, cost",
        "0, 0, PT24H, PT24H, 0, 0.05, clip",
        "0, -1, PT24H, PT24H, 0, 0.05, clip",
        "0, NaN, PT24H, PT24H, 0, 0.05, clip",
        "0, Infinity, PT24H, PT24H, 0, 0.05, clip",
        "0, 1, PT59S, PT24H, 0, 0.05, block",
        "0, 1, PT1M0.5S, PT24H, 0, 0.05, block",
        "0, 1, -PT24H, PT24H, 0, 0.05, block",
        "0, 1, P32D, PT24H, 0, 0.05, block",
        "0, 1, PT24H, PT-1S, 0, 0.05, horizon",
        "0, 1, PT24H, P367D, 0, 0.05, horizon",
        "0, 1, PT24H, PT24H, 0.0005, 0.05, limit",
        "0, 1, PT24H, PT24H, NaN, 0.05, limit",
        "0, 1, PT24H, PT24H, 0, 0, alpha",
        "0, 1, PT24H, PT24H, 0, 0.6, alpha"
    })
    void a_value_out_of_range_is_named(
            double cost, double clip, Duration block, Duration horizon, double limit, double alpha, String field) {
        assertTrue(refusal(() -> plan(cost, clip, block, horizon, limit, alpha)).startsWith("outcome." + field + ":"));
    }

    @Test
    void whole_days_are_written_as_days() {
        assertEquals("P1D", OutcomePlan.text(DAY));
        assertEquals("PT1M", OutcomePlan.text(Duration.ofMinutes(1)));
        assertEquals("PT0S", OutcomePlan.text(Duration.ZERO));
    }

    private static String refusal(Runnable work) {
        return String.valueOf(
                assertThrows(InvalidValueException.class, work::run).getMessage());
    }

    private static OutcomePlan plan(
            double cost, double clip, Duration block, Duration horizon, double limit, double alpha) {
        return new OutcomePlan(
                POSITIONS, cost, clip, block, horizon, limit, GuardrailAction.ALERT, OutcomePromotion.NOT_WORSE, alpha);
    }
}
