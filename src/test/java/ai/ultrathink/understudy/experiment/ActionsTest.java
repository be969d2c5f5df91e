package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest {

    private static final List<String> FIVE = List.of("STRONG_SELL", "SELL", "HOLD", "BUY", "STRONG_BUY");

    @Test
    void the_actions_of_the_contract_stand_in_its_order() {
        assertEquals(List.of("HOLD", "BUY", "SELL"), Actions.USUAL.names());
        assertSame(Actions.USUAL, Actions.of(List.of("SELL", "HOLD", "BUY")));
    }

    @Test
    void the_order_depends_on_the_names_alone() {
        Actions actions = Actions.of(FIVE);

        assertEquals(List.of("HOLD", "BUY", "SELL", "STRONG_BUY", "STRONG_SELL"), actions.names());
        assertEquals(actions, Actions.of(FIVE.reversed()));
        assertEquals(actions.hashCode(), Actions.of(FIVE.reversed()).hashCode());
        assertNotEquals(actions, Actions.of(FIVE.subList(0, 4)));
        assertEquals("HOLD, BUY, SELL, STRONG_BUY, STRONG_SELL", actions.toString());
    }

    @Test
    void an_action_is_found_by_its_name_and_by_its_place() {
        Actions actions = Actions.of(List.of("OUT", "IN"));

        assertEquals(2, actions.size());
        assertEquals("IN", actions.name(0));
        assertEquals(1, actions.indexOf("OUT"));
        assertEquals(-1, actions.indexOf("HOLD"));
    }

    @Test
    void two_to_thirty_two_different_names_are_allowed() {
        List<String> many = IntStream.range(0, 33).mapToObj(i -> "A" + i).toList();

        assertEquals(32, Actions.of(many.subList(0, 32)).size());
        for (List<String> names : List.of(List.<String>of(), List.of("A"), List.of("A", "B", "A"), many)) {
            InvalidValueException refused = assertThrows(InvalidValueException.class, () -> Actions.of(names));
            assertTrue(String.valueOf(refused.getMessage()).contains("2 to 32 different names"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "buy", "GO LONG", "Ä", "A-B", "A\n", "A23456789_123456789_123456789_123"})
    void a_name_has_up_to_32_of_the_allowed_characters(String name) {
        assertFalse(Actions.named(name));
        assertThrows(InvalidValueException.class, () -> Actions.of(List.of("A", name)));
        assertTrue(Actions.named("A23456789_123456789_123456789_12"));
    }
}
