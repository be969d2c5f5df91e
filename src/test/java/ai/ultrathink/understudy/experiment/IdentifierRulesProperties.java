package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class IdentifierRulesProperties {

    private static final String EMOJI = "\ud83d\ude80";

    @Property
    boolean any_sequence_of_whole_characters_of_the_right_length_is_an_id(@ForAll("wholeCharacters") String id) {
        return IdentifierRules.id("unit_id", id).equals(id);
    }

    @Property
    void a_control_character_anywhere_is_refused(
            @ForAll("controls") char control,
            @ForAll("wholeCharacters") String text,
            @ForAll @IntRange(max = 98) int at) {
        String shorter = text.substring(0, text.offsetByCodePoints(0, Math.min(98, points(text))));
        int where = shorter.offsetByCodePoints(0, Math.min(at, points(shorter)));
        String id = shorter.substring(0, where) + control + shorter.substring(where);

        InvalidValueException refused =
                assertThrows(InvalidValueException.class, () -> IdentifierRules.id("request_id", id));

        assertEquals("request_id", refused.field());
    }

    @Property
    void half_a_surrogate_pair_is_refused(
            @ForAll("surrogates") char half, @ForAll("wholeBmp") String before, @ForAll("wholeBmp") String after) {
        assertThrows(InvalidValueException.class, () -> IdentifierRules.id("unit_id", before + half + after));
    }

    @Property
    void lengths_count_characters_and_not_their_halves(@ForAll @IntRange(min = 1, max = 130) int length) {
        String id = EMOJI.repeat(length);
        if (length <= IdentifierRules.MAX_ID) {
            assertEquals(id, IdentifierRules.id("unit_id", id));
        } else {
            assertThrows(InvalidValueException.class, () -> IdentifierRules.id("unit_id", id));
        }
    }

    @Property
    void names_are_refused_as_soon_as_one_character_is_not_in_the_list(@ForAll char c) {
        boolean listed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".indexOf(c) >= 0;
        String name = "a" + c + "b";
        if (listed) {
            assertEquals(name, IdentifierRules.testId(name));
            assertEquals(name, IdentifierRules.model("model", name));
        } else {
            assertThrows(InvalidValueException.class, () -> IdentifierRules.testId(name));
            assertThrows(InvalidValueException.class, () -> IdentifierRules.model("model", name));
        }
    }

    @Property
    void a_symbol_that_is_accepted_is_its_own_upper_case_and_fits(@ForAll("wholeCharacters") String text) {
        String symbol;
        try {
            symbol = IdentifierRules.symbol(text);
        } catch (InvalidValueException e) {
            return;
        }
        assertEquals(symbol, IdentifierRules.symbol(symbol));
        assertTrue(points(symbol) <= 20, symbol);
    }

    @Property
    void what_a_refusal_shows_of_a_text_can_do_nothing_to_a_terminal(@ForAll String got) {
        String message = String.valueOf(new InvalidValueException("field", got, "nothing").getMessage());

        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
        assertTrue(message.chars().noneMatch(c -> Character.isSurrogate((char) c)), message);
        assertTrue(message.length() < 900, () -> "as long as " + message.length());
    }

    private static int points(String text) {
        return text.codePointCount(0, text.length());
    }

    @Provide
    Arbitrary<String> wholeCharacters() {
        return codePoints(0x10FFFF)
                .list()
                .ofMinSize(1)
                .ofMaxSize(IdentifierRules.MAX_ID)
                .map(points -> points.stream().map(Character::toString).reduce("", String::concat));
    }

    @Provide
    Arbitrary<String> wholeBmp() {
        return codePoints(0xFFFF)
                .list()
                .ofMaxSize(40)
                .map(points -> points.stream().map(Character::toString).reduce("", String::concat));
    }

    private static Arbitrary<Integer> codePoints(int max) {
        return Arbitraries.integers()
                .between(0x20, max)
                .filter(point -> !Character.isISOControl(point) && (point < 0xD800 || point > 0xDFFF));
    }

    @Provide
    Arbitrary<Character> controls() {
        return Arbitraries.chars().range('\u0000', '\u001f').range('\u007f', '\u009f');
    }

    @Provide
    Arbitrary<Character> surrogates() {
        return Arbitraries.chars().range('\ud800', '\udfff');
    }
}
