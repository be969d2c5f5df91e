package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdentifierRulesTest {

    @Test
    void a_test_id_has_1_to_100_characters() {
        assertEquals("x".repeat(100), IdentifierRules.testId("x".repeat(100)));
        assertRefused("test_id: got \"\"; allowed: 1 to 100 of A-Z a-z 0-9 . _ -", () -> IdentifierRules.testId(""));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.testId("x".repeat(101)));
        assertRefused(
                "test_id: got nothing; allowed: 1 to 100 of A-Z a-z 0-9 . _ -", () -> IdentifierRules.testId(null));
    }

    @Test
    void a_model_name_has_1_to_255_characters_and_leaves_no_directory() {
        assertEquals("m".repeat(255), IdentifierRules.model("control_model", "m".repeat(255)));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.model("control_model", "m".repeat(256)));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.model("control_model", "../secret"));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.model("control_model", "a/b"));
    }

    @Test
    void a_new_test_has_an_id_that_a_url_can_name() {
        assertEquals("...", IdentifierRules.newTestId("..."));
        assertEquals(".a", IdentifierRules.newTestId(".a"));
        assertRefused(
                "test_id: got \".\"; allowed: 1 to 100 of A-Z a-z 0-9 . _ -, not . or .. or create or list",
                () -> IdentifierRules.newTestId("."));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.newTestId(".."));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.newTestId("list"));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.newTestId("create"));
        assertEquals("List", IdentifierRules.newTestId("List"));
        // tests that have such an id from before can still be spoken of
        assertEquals("..", IdentifierRules.testId(".."));
        assertEquals("list", IdentifierRules.testId("list"));
    }

    @Test
    void a_description_is_measured_in_the_bytes_that_it_takes() {
        assertEquals(
                2048, IdentifierRules.description("\uD83D\uDE00".repeat(1024)).length());
        assertRefused(
                "description: got \"4100 bytes\"; allowed: up to 4096 bytes of UTF-8",
                () -> IdentifierRules.description("\uD83D\uDE00".repeat(1025)));
    }

    @Test
    void names_are_ascii_only() {
        // letters that look like A or that a locale counts as digits
        assertThrows(InvalidValueException.class, () -> IdentifierRules.testId("\u0410"));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.testId("\u0661"));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.testId("a\n"));
    }

    @Test
    void a_symbol_is_upper_cased_alike_in_every_locale() {
        assertEquals("BTC-USD", IdentifierRules.symbol("btc-usd"));
        assertEquals("I", IdentifierRules.symbol("i"));
    }

    @Test
    void a_symbol_that_grows_past_20_characters_in_upper_case_is_refused() {
        assertEquals("S".repeat(20), IdentifierRules.symbol("ß".repeat(10)));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.symbol("ß".repeat(11)));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.symbol("x".repeat(21)));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.symbol(""));
    }

    @Test
    void a_description_may_have_lines_and_may_be_left_out() {
        assertEquals("", IdentifierRules.description(null));
        assertEquals("one\r\n\ttwo", IdentifierRules.description("one\r\n\ttwo"));
        assertThrows(InvalidValueException.class, () -> IdentifierRules.description("bell\u0007"));
        assertEquals(4096, IdentifierRules.description("d".repeat(4096)).length());
        assertThrows(InvalidValueException.class, () -> IdentifierRules.description("d".repeat(4097)));
    }

    @Test
    void a_long_text_is_shown_in_part_with_its_length() {
        String message = refusal(() -> IdentifierRules.id("unit_id", "u".repeat(5_000)));

        assertTrue(message.startsWith("unit_id: got \"" + "u".repeat(120) + "…\" (5000 characters)"), message);
    }

    @Test
    void control_characters_are_shown_as_escapes() {
        assertEquals(
                "unit_id: got \"a\\u001b[31m\\u0000\"; allowed: 1 to 100 characters, none of them a control character",
                refusal(() -> IdentifierRules.id("unit_id", "a\u001b[31m\u0000")));
    }

    private static void assertRefused(String message, Runnable action) {
        assertEquals(message, refusal(action));
    }

    private static String refusal(Runnable action) {
        return String.valueOf(
                assertThrows(InvalidValueException.class, action::run).getMessage());
    }
}
