package ai.ultrathink.understudy.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A file that a setting names, in UTF-8. The content is compared, and not the time of the file, because Kubernetes replaces a link to a
 * folder. A file that cannot be read any more, or is not valid, leaves what was read before in force.
 */
public final class ValidFile<T> {

    private static final Logger LOG = Logger.getLogger(ValidFile.class);

    private final Path path;
    private final int mostBytes;
    private final Function<String, T> parse;
    private volatile T content;
    private String text;
    private @Nullable String problem;

    private ValidFile(Path path, int mostBytes, Function<String, T> parse) throws IOException {
        this.path = path;
        this.mostBytes = mostBytes;
        this.parse = parse;
        this.text = read();
        this.content = parse.apply(text);
    }

    /**
     * Reads the file.
     *
     * @param variable which names it
     * @param parse throws an IllegalArgumentException if a text is not valid
     * @throws IllegalArgumentException if it cannot be read or is not valid, with a message of one line
     */
    public static <T> ValidFile<T> open(String variable, Path path, int mostBytes, Function<String, T> parse) {
        try {
            return new ValidFile<>(path, mostBytes, parse);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    variable + ": got \"" + path + "\" (" + why(e) + "); allowed: a file that this user may read", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + ": " + path + ", " + e.getMessage(), e);
        }
    }

    public Path path() {
        return path;
    }

    /** What it held when it was last read and valid. */
    public T content() {
        return content;
    }

    /**
     * Reads it again. Waits for the disk.
     *
     * @return whether it holds something else, which is in force now
     */
    public synchronized boolean reread() {
        try {
            String now = read();
            boolean changed = !now.equals(text);
            if (changed) {
                content = parse.apply(now);
                text = now;
            }
            problem = null;
            return changed;
        } catch (IOException e) {
            complain(why(e));
        } catch (IllegalArgumentException e) {
            complain(String.valueOf(e.getMessage()));
        }
        return false;
    }

    /** Logs a problem once. */
    private void complain(String why) {
        if (!why.equals(problem)) {
            LOG.errorf("%s is not in force, and what it held before stays: %s", path, why);
        }
        problem = why;
    }

    private String read() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new IllegalArgumentException("got more than " + mostBytes + " bytes; allowed: a smaller file");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private static String why(IOException problem) {
        return switch (problem) {
            case NoSuchFileException missing -> "there is no such file";
            case CharacterCodingException coding -> "it is not UTF-8";
            default -> problem.getClass().getSimpleName();
        };
    }
}
