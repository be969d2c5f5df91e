package ai.ultrathink.understudy.stats;

import static ai.ultrathink.understudy.testkit.VectorFile.number;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.VectorFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published values of bets on outcomes and of their intervals are what this package computes; OutcomeBlocksTest has the earnings. */
class OutcomeVectorsTest {

    private static final VectorFile FILE = VectorFile.read("outcomes.json");
    private static final double TOLERANCE = FILE.get("tolerance").asDouble();

    @ParameterizedTest
    @MethodSource("bets")
    void a_bet(JsonNode row) {
        List<ClippedBet.Observation> blocks = blocks(row);

        for (int place = 0; place < row.get("at").size(); place++) {
            int after = row.get("at").get(place).asInt();
            EValue now =
                    SeriesBets.eValue(bet(row), hypothesis(row), number(row, "null"), series(blocks.subList(0, after)));
            assertEquals(row.get("log_e").get(place).asDouble(), now.log(), TOLERANCE);
        }
        assertEquals(
                number(row, "max_log_e"),
                SeriesBets.greatest(bet(row), hypothesis(row), number(row, "null"), series(blocks))
                        .log(),
                TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("intervals")
    void an_interval(JsonNode row) {
        ClippedBet bet = bet(row.get("interval"));

        Interval interval = ClippedBet.interval(bet, bet, series(blocks(row)), number(row.get("interval"), "alpha"));

        assertEquals(row.get("interval").get("bounds").get(0).asDouble(), interval.low(), TOLERANCE);
        assertEquals(row.get("interval").get("bounds").get(1).asDouble(), interval.high(), TOLERANCE);
    }

    @Test
    void the_stakes() {
        for (int lossCap : new int[] {3, 20}) {
            double[] stakes = new ClippedBet(lossCap, 3).stakes();
            JsonNode expected = FILE.get("lambdas").get(String.valueOf(lossCap));
            assertEquals(expected.size(), stakes.length);
            for (int place = 0; place < stakes.length; place++) {
                assertEquals(expected.get(place).asDouble(), stakes[place], TOLERANCE);
            }
        }
    }

    static Stream<JsonNode> bets() {
        return FILE.rows("bets");
    }

    static Stream<JsonNode> intervals() {
        return FILE.rows("bets").filter(row -> row.has("interval"));
    }

    private static ClippedBet bet(JsonNode row) {
        return new ClippedBet(number(row, "loss_cap"), number(row, "gain_cap"));
    }

    private static Hypothesis hypothesis(JsonNode row) {
        return row.get("direction").asInt() > 0 ? Hypothesis.AT_MOST : Hypothesis.AT_LEAST;
    }

    private static List<ClippedBet.Observation> blocks(JsonNode row) {
        List<ClippedBet.Observation> blocks = new ArrayList<>();
        for (int place = 0; place < row.get("difference").size(); place++) {
            blocks.add(new ClippedBet.Observation(
                    row.get("difference").get(place).asDouble(),
                    row.get("scale").get(place).asDouble()));
        }
        return blocks;
    }

    private static ClippedBet.Series series(List<ClippedBet.Observation> blocks) {
        return SeriesBets.series(blocks);
    }
}
