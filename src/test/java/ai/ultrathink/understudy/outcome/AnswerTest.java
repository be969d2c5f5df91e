package ai.ultrathink.understudy.outcome;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Actions;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class AnswerTest {

    @Test
    void the_action_is_the_most_probable_one() {
        assertEquals("HOLD", new Answer(0.5f, 0.3f, 0.2f).action());
        assertEquals("BUY", new Answer(0.2f, 0.71f, 0.09f).action());
        assertEquals("SELL", new Answer(0.2f, 0.3f, 0.5f).action());
    }

    @Test
    void of_equally_probable_actions_the_first_is_chosen() {
        assertEquals("HOLD", new Answer(1 / 3f, 1 / 3f, 1 / 3f).action());
        assertEquals("HOLD", new Answer(0.4f, 0.4f, 0.2f).action());
        assertEquals("HOLD", new Answer(0.4f, 0.2f, 0.4f).action());
        assertEquals("BUY", new Answer(0.2f, 0.4f, 0.4f).action());
    }

    @Property
    void confidence_is_the_probability_of_the_action_and_no_other_is_higher(
            @ForAll @FloatRange(min = 0, max = 1) float hold,
            @ForAll @FloatRange(min = 0, max = 1) float buy,
            @ForAll @FloatRange(min = 0, max = 1) float sell) {
        Answer answer = new Answer(hold, buy, sell);

        assertEquals(answer.confidence(), answer.probability(answer.action()));
        assertEquals(
                answer.confidence(),
                Actions.USUAL.names().stream().map(answer::probability).reduce(0f, Math::max));
    }

    @Test
    void each_action_has_its_own_probability() {
        Answer answer = new Answer(0.1f, 0.2f, 0.7f);

        assertEquals(0.1f, answer.probability("HOLD"));
        assertEquals(0.2f, answer.probability("BUY"));
        assertEquals(0.7f, answer.probability("SELL"));
    }
}
