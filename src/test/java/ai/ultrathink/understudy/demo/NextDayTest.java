package ai.ultrathink.understudy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.MarketDay;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NextDayTest {

    private static final double SIX_DIGITS = 1e-5;

    private final List<MarketDay> history;
    private final List<NextDay> returns;

    NextDayTest() throws IOException {
        history = MarketDay.readAll();
        returns = NextDay.readAll();
    }

    @Test
    void each_day_but_the_last_has_the_return_to_the_next_one() {
        assertEquals(
                history.stream()
                        .map(day -> LocalDate.parse(day.date()))
                        .toList()
                        .subList(0, history.size() - 1),
                returns.stream().map(NextDay::date).toList());
        assertEquals(
                history.stream().skip(1).map(day -> LocalDate.parse(day.date())).toList(),
                returns.stream().map(NextDay::next).toList());
    }

    @Test
    void an_outcome_is_observed_after_its_prediction_and_after_all_that_was_sent_with_it() {
        for (int i = 0; i < returns.size(); i++) {
            NextDay day = returns.get(i);
            assertTrue(NextDay.close(day.next()).isAfter(NextDay.close(day.date())), day.toString());
            // the first feature of a day is the logarithm of the return that led to its close
            double nextFeature = firstFeature(history.get(i + 1));
            assertEquals(
                    Math.expm1(nextFeature), day.value(), SIX_DIGITS * Math.abs(day.value()) + 1e-9, day.toString());
        }
    }

    @Test
    void a_simulated_minute_moves_against_the_treatment_where_it_disagrees_and_nowhere_else() {
        Map<String, Integer> leanings = new HashMap<>();
        returns.stream().limit(300).forEach(day -> leanings.put(day.date().toString(), 1));
        returns.stream()
                .skip(300)
                .limit(300)
                .forEach(day -> leanings.put(day.date().toString(), -2));
        SimulatedMinutes market = new SimulatedMinutes(returns, leanings, 7);
        // by the sign of the leaning, plus 1: count, sum, sum of squares, in units of the volatility
        double[][] sums = new double[3][3];

        for (int minute = 0; minute < 4000; minute++) {
            for (SimulatedMinutes.Decision decision : market.next()) {
                double[] sum = sums[1 + Integer.signum(leanings.getOrDefault(decision.day(), 0))];
                double value = decision.value() / market.volatility();
                sum[0]++;
                sum[1] += value;
                sum[2] += value * value;
            }
        }

        // half of the variance is common, so 4,000 minutes have a standard error of about 0.011
        assertEquals(0.5, sums[0][1] / sums[0][0], 0.05);
        assertEquals(0, sums[1][1] / sums[1][0], 0.05);
        assertEquals(-0.5, sums[2][1] / sums[2][0], 0.05);
        assertEquals(1, sums[1][2] / sums[1][0], 0.05);
    }

    private static double firstFeature(MarketDay day) {
        String features = day.features();
        return Double.parseDouble(features.substring(1, features.indexOf(',')));
    }
}
