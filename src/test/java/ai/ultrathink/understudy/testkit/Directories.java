package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories that programs make and leave. */
public final class Directories {

    private Directories() {}

    /** Deletes a directory with all that is in it. One that is not there is no matter. */
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    /** Copies a directory with all that is in it; returns the copy. */
    public static Path copy(Path directory, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.toList()) {
                Files.copy(entry, to.resolve(directory.relativize(entry)));
            }
        }
        return to;
    }
}
