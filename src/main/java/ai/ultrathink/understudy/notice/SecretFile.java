package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.file.ValidFile;
import java.nio.file.Path;
import java.util.function.Function;

/** A small file with a secret, read again at each use, since Kubernetes may replace it. */
record SecretFile<T>(ValidFile<T> file) {

    private static final int MOST_BYTES = 4096;

    /**
     * Reads the file.
     *
     * @param variable which names it
     * @param parse throws an IllegalArgumentException if a text is not valid, with a message that has nothing of it
     * @throws IllegalArgumentException if it cannot be read or is not valid, with a message of one line
     */
    static <T> SecretFile<T> open(String variable, Path path, Function<String, T> parse) {
        return new SecretFile<>(ValidFile.open(variable, path, MOST_BYTES, parse));
    }

    /** What the file holds now. Waits for the disk. */
    T now() {
        file.reread();
        return file.content();
    }
}
