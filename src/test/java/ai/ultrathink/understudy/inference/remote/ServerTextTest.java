package ai.ultrathink.understudy.inference.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTextTest {

    @Test
    void a_text_has_its_first_hundred_characters_and_no_control_characters() {
        assertEquals("plain, and über", ServerText.shown("plain, and über"));
        assertEquals("?[2Ja?b", ServerText.shown("\u001b[2Ja\nb"));
        assertEquals("a".repeat(100), ServerText.shown("a".repeat(100)));
        assertEquals("a".repeat(100) + "…", ServerText.shown("a".repeat(101)));
        assertEquals("😀".repeat(100) + "…", ServerText.shown("😀".repeat(101)));
    }

    @Test
    void a_list_has_its_first_elements_and_says_how_many_follow() {
        assertEquals("[]", ServerText.shown(List.of()));
        assertEquals("[a, b]", ServerText.shown(List.of("a", "b")));
        assertEquals("[a, a, a, a, a and 2 more]", ServerText.shown(Collections.nCopies(7, "a")));
        assertEquals(
                "[x FP32 [-1, 4]]", ServerText.tensors(List.of(new TensorMetadata("x", "FP32", List.of(-1L, 4L)))));
    }
}
