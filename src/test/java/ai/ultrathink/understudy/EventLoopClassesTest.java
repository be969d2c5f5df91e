package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EventLoopClassesTest {

    @Test
    void most_of_the_classes_in_the_list_are_still_there() {
        int listed = EventLoopClasses.names().size();

        int loaded = EventLoopClasses.load();

        assertTrue(listed > 300, "listed: " + listed);
        assertTrue(loaded > 0.9 * listed, loaded + " of " + listed + "; run scripts/event-loop-classes.sh");
    }
}
