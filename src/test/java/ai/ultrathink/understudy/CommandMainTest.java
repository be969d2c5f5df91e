package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CommandMainTest {

    @Test
    void only_properties_are_for_the_service() {
        assertFalse(CommandMain.asked());
        assertFalse(CommandMain.asked("-Dquarkus.http.port=0", "-Da=b"));
    }

    @Test
    void all_else_is_a_command_whether_it_is_known_or_not() {
        assertTrue(CommandMain.asked("status"));
        assertTrue(CommandMain.asked("statsu"));
        assertTrue(CommandMain.asked("--version"));
        assertTrue(CommandMain.asked("--output", "json", "status"));
        assertTrue(CommandMain.asked("-Da=b", "status"));
        assertTrue(CommandMain.asked(""));
    }
}
