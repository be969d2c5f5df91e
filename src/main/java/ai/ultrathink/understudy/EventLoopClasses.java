package ai.ultrathink.understudy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The classes that event loops need first, loaded before there are any. On a busy machine hundreds of them took seconds, during
 * which the loops did nothing else: connections waited, and questions to the database were given up.
 *
 * <p>scripts/event-loop-classes.sh lists them. One that is gone with another version is left out.
 */
final class EventLoopClasses {

    private static final String LIST = "/META-INF/event-loop-classes.txt";

    private EventLoopClasses() {}

    /** Loads them and does not initialise them: that may depend on what is configured later. How many there were. */
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
