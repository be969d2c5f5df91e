package ai.ultrathink.understudy.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFieldsTest {

    private final List<String> seen = new ArrayList<>();

    private void look() {
        seen.add(LogFields.kept(LogFields.ACTOR) + "/" + LogFields.kept(LogFields.TEST) + "/"
                + LogFields.kept(LogFields.REQUEST));
    }

    @Test
    void lines_have_the_fields_and_what_comes_after_them_has_not() {
        LogFields.of(LogFields.ACTOR, "ada").and(LogFields.TEST, "t").tell(this::look);
        look();

        assertEquals(List.of("ada/t/null", "null/null/null"), seen);
    }

    @Test
    void fields_within_fields_replace_them_for_their_lines_alone() {
        LogFields.of(LogFields.ACTOR, "ada").tell(() -> {
            LogFields.of(LogFields.ACTOR, "bob").and(LogFields.REQUEST, "r-1").tell(this::look);
            look();
        });

        assertEquals(List.of("bob/null/r-1", "ada/null/null"), seen);
    }

    @Test
    void a_field_without_a_value_is_left_out() {
        LogFields.of(LogFields.ACTOR, null).tell(this::look);

        assertEquals(List.of("null/null/null"), seen);
    }

    @Test
    void a_line_that_fails_leaves_no_fields_behind() {
        LogFields fields = LogFields.of(LogFields.ACTOR, "ada");

        assertThrows(
                IllegalStateException.class,
                () -> fields.tell(() -> {
                    throw new IllegalStateException("boom");
                }));
        assertNull(LogFields.kept(LogFields.ACTOR));
    }

    @Test
    void nothing_is_kept_on_a_thread_that_serves_no_request() {
        LogFields.keep(LogFields.REQUEST, "r-1");

        assertNull(LogFields.kept(LogFields.REQUEST));
    }
}
