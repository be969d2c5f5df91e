package ai.ultrathink.understudy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columns_are_as_wide_as_their_widest_cell_and_lines_end_with_their_text() {
        assertEquals(
                List.of("TEST     SHARE", "bull_v2  5%", "naïve 🐂  off"),
                new TextTable("TEST", "SHARE")
                        .row("bull_v2", "5%")
                        .row("naïve 🐂", "off")
                        .lines());
    }

    @Test
    void what_would_steer_a_terminal_is_not_printed() {
        assertEquals("a [31mred b c", TextTable.printable("a\u001b[31mred\u202eb\nc"));
    }

    @Test
    void fractions_are_percent() {
        assertEquals("5%", StatusScreen.percent(0.05));
        assertEquals("12.5%", StatusScreen.percent(0.125));
        assertEquals("100%", StatusScreen.percent(1));
        assertEquals("0%", StatusScreen.percent(0));
        assertEquals("0.01%", StatusScreen.percent(0.0001));
    }
}
