package ai.ultrathink.understudy.http.identity;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A file of who may call, read again when its content changes. The content is compared, and not the time of the file,
 * because Kubernetes replaces a link to a folder. A file that cannot be read, or is not valid, leaves what was
 * read before in force.
 */
final class FollowedFile<T> {

    private static final Logger LOG = Logger.getLogger(FollowedFile.class);

    static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 1024 * 1024;

    private final Path path;
    private final Function<String, T> parse;
    private volatile T content;
    private String text;
    private @Nullable String problem;
    private Cancellable looking = () -> {};

    private FollowedFile(Path path, Function<String, T> parse, String text) {
        this.path = path;
        this.parse = parse;
        this.text = text;
        this.content = parse.apply(text);
    }

    /**
     * Reads the file.
     *
     * @param variable which names it
     * @param parse throws an IllegalArgumentException if a text is not valid
     * @throws IllegalArgumentException if it is not valid, with a message of one line
     */
    static <T> FollowedFile<T> open(String variable, Path path, Function<String, T> parse) {
        try {
            return new FollowedFile<>(path, parse, read(path));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    variable + ": got \"" + path + "\" (" + why(e) + "); allowed: a file that this user may read", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + ": " + path + ", " + e.getMessage(), e);
        }
    }

    T content() {
        return content;
    }

    /** Follows the file, on a thread that may wait for the disk. */
    void follow() {
        looking = Multi.createFrom()
                .ticks()
                .every(LOOK_EVERY)
                .onOverflow()
                .drop()
                .subscribe()
                .with(tick -> look());
    }

    private void look() {
        try {
            String now = read(path);
            if (!now.equals(text)) {
                T changed = parse.apply(now);
                text = now;
                content = changed;
                LOG.infof("%s has changed: %s", path, changed);
            }
            problem = null;
        } catch (IOException e) {
            complain(why(e));
        } catch (IllegalArgumentException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    /** Logs a problem once. */
    private void complain(String why) {
        if (!why.equals(problem)) {
            LOG.errorf("%s is not in force, and what it held before stays: %s", path, why);
        }
        problem = why;
    }

    private static String read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("got more than " + MOST_BYTES + " bytes; allowed: a smaller file");
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

    void close() {
        looking.cancel();
    }
}
