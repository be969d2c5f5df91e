package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.FloatRange;

class OutputReaderProperties {

    private static final List<String> USUAL = Actions.USUAL.names();

    @Property
    void logits_become_probabilities_that_sum_to_one_and_keep_their_order(
            @ForAll @FloatRange(min = -1e30f, max = 1e30f) float hold,
            @ForAll @FloatRange(min = -1e30f, max = 1e30f) float buy,
            @ForAll @FloatRange(min = -1e30f, max = 1e30f) float sell) {
        Answer answer = answered(read(USUAL, ModelCard.Output.LOGITS, hold, buy, sell));

        assertEquals(
                1.0,
                (double) answer.probability("HOLD") + answer.probability("BUY") + answer.probability("SELL"),
                1e-6);
        assertEquals(answer.confidence(), answer.probability(new Answer(hold, buy, sell).action()));
        assertTrue(
                answer.probability("HOLD") >= 0 && answer.probability("BUY") >= 0 && answer.probability("SELL") >= 0);
    }

    @Property
    void softmax_is_that_of_the_definition(
            @ForAll @FloatRange(min = -20, max = 20) float hold,
            @ForAll @FloatRange(min = -20, max = 20) float buy,
            @ForAll @FloatRange(min = -20, max = 20) float sell) {
        Answer answer = answered(read(USUAL, ModelCard.Output.LOGITS, hold, buy, sell));

        double sum = Math.exp(hold) + Math.exp(buy) + Math.exp(sell);
        assertEquals(Math.exp(hold) / sum, answer.probability("HOLD"), 1e-6);
        assertEquals(Math.exp(buy) / sum, answer.probability("BUY"), 1e-6);
        assertEquals(Math.exp(sell) / sum, answer.probability("SELL"), 1e-6);
    }

    @Property
    void each_column_goes_to_the_action_that_the_card_names_for_it(@ForAll("orders") List<String> order) {
        float[] row = {0.125f, 0.25f, 0.625f};

        Answer answer = answered(read(order, ModelCard.Output.PROBABILITIES, row));

        for (int column = 0; column < row.length; column++) {
            assertEquals(row[column], answer.probability(order.get(column)));
        }
    }

    @Property
    void a_number_that_is_not_finite_is_invalid_wherever_it_stands(
            @ForAll("notFinite") float bad, @ForAll("columns") int column, @ForAll ModelCard.Output output) {
        float[] row = {0.2f, 0.3f, 0.5f};
        row[column] = bad;

        Outcome.Invalid invalid = assertInstanceOf(Outcome.Invalid.class, read(USUAL, output, row));

        assertTrue(invalid.detail().startsWith("output is not finite: HOLD "), invalid.detail());
    }

    @Example
    void probabilities_must_sum_to_one_and_be_none_below_zero() {
        assertInstanceOf(Outcome.Invalid.class, read(USUAL, ModelCard.Output.PROBABILITIES, 0.4f, 0.6f, 1f));
        assertInstanceOf(Outcome.Invalid.class, read(USUAL, ModelCard.Output.PROBABILITIES, -0.2f, 0.6f, 0.6f));
        assertInstanceOf(Outcome.Invalid.class, read(USUAL, ModelCard.Output.PROBABILITIES, 0f, 0f, 0f));
        assertInstanceOf(Outcome.Invalid.class, read(USUAL, ModelCard.Output.PROBABILITIES, 0.3f, 0.3f, 0.398f));
        assertInstanceOf(Outcome.Answered.class, read(USUAL, ModelCard.Output.PROBABILITIES, 0.3f, 0.3f, 0.3995f));
        assertInstanceOf(Outcome.Answered.class, read(USUAL, ModelCard.Output.PROBABILITIES, 0f, 1f, 0f));
    }

    @Example
    void a_row_is_read_from_its_place_in_the_batch() {
        OutputReader reader = new OutputReader(USUAL, ModelCard.Output.PROBABILITIES);
        FloatBuffer batch = FloatBuffer.wrap(new float[] {1, 0, 0, 0, 1, 0, 0.5f, 0.25f, 0.25f});

        assertEquals(
                new Outcome.Answered(new Answer(0, 1, 0), "m", "2", 77),
                reader.read(batch, 1, ModelVersion.withoutDigest("m", "2"), 77));
        assertEquals(
                new Answer(0.5f, 0.25f, 0.25f),
                answered(reader.read(batch, 2, ModelVersion.withoutDigest("m", "2"), 77)));
    }

    @Example
    void columns_are_read_by_name_and_of_equal_probabilities_two_models_choose_the_same_action() {
        Outcome one = read(List.of("UP", "DOWN", "HOLD"), ModelCard.Output.PROBABILITIES, 0.4f, 0.4f, 0.2f);
        Outcome other = read(List.of("HOLD", "DOWN", "UP"), ModelCard.Output.PROBABILITIES, 0.2f, 0.4f, 0.4f);

        assertEquals(answered(one), answered(other));
        assertEquals(List.of("HOLD", "DOWN", "UP"), answered(one).actions().names());
        assertEquals("DOWN", answered(one).action());
        assertEquals(0.2f, answered(one).probability("HOLD"));
    }

    @Example
    void a_model_may_advise_two_actions_or_thirty_two() {
        List<String> many = IntStream.range(0, 32).mapToObj(i -> "A" + i).toList();
        float[] logits = new float[32];
        logits[9] = 2;

        assertEquals(
                "OUT",
                answered(read(List.of("IN", "OUT"), ModelCard.Output.PROBABILITIES, 0.25f, 0.75f))
                        .action());
        Answer answer = answered(read(many, ModelCard.Output.LOGITS, logits));

        assertEquals("A9", answer.action());
        assertEquals(Math.exp(2) / (Math.exp(2) + 31), answer.confidence(), 1e-7);
    }

    private static Outcome read(List<String> order, ModelCard.Output output, float... row) {
        return new OutputReader(order, output).read(FloatBuffer.wrap(row), 0, ModelVersion.withoutDigest("m", "1"), 1);
    }

    private static Answer answered(Outcome outcome) {
        return assertInstanceOf(Outcome.Answered.class, outcome).answer();
    }

    @Provide
    Arbitrary<List<String>> orders() {
        return Arbitraries.shuffle(USUAL);
    }

    @Provide
    Arbitrary<Float> notFinite() {
        return Arbitraries.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    }

    @Provide
    Arbitrary<Integer> columns() {
        return Arbitraries.of(0, 1, 2);
    }
}
