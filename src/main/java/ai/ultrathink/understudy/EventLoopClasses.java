package ai.ultrathink.understudy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Loads the classes that event loops need first, before there are any event loops. On a busy machine, loading hundreds
 * of them took seconds in which the loops did nothing else: connections waited, and queries timed out.
 *
 * <p>scripts/event-loop-classes.sh lists them. A class that a newer version no longer has is skipped.
 */
final class EventLoopClasses {

    private static final String LIST = "/META-INF/event-loop-classes.txt";

    private EventLoopClasses() {}

    /** Loads the classes without initialising them, which may depend on later configuration. Returns their number. */
    static int load() {
        return (int) names().stream().filter(EventLoopClasses::isThere).count();
    }

    static List<String> names() {
        try (InputStream list = EventLoopClasses.class.getResourceAsStream(LIST)) {
            return list == null
                    ? List.of()
                    : new String(list.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, EventLoopClasses.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
