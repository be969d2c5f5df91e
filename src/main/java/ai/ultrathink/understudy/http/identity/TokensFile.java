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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The file with the tokens, read again when its content changes. The content is compared, and not the time of the file,
 * because Kubernetes replaces a link to a folder. A file that cannot be read, or is not valid, leaves the tokens as they
 * were.
 */
final class TokensFile {

    private static final Logger LOG = Logger.getLogger(TokensFile.class);

    static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 1024 * 1024;

    private final Path path;
    private volatile Tokens tokens;
    private String text;
    private @Nullable String problem;
    private Cancellable looking = () -> {};

    private TokensFile(Path path, String text) {
        this.path = path;
        this.text = text;
        this.tokens = Tokens.parse(text);
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if it is not valid, with a message of one line
     */
    static TokensFile open(Path path) {
        try {
            return new TokensFile(path, read(path));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "UNDERSTUDY_TOKENS_FILE: got \"" + path + "\" (" + why(e)
                            + "); allowed: a file that this user may read",
                    e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("UNDERSTUDY_TOKENS_FILE: " + path + ", " + e.getMessage(), e);
        }
    }

    Tokens tokens() {
        return tokens;
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
                Tokens changed = Tokens.parse(now);
                text = now;
                tokens = changed;
                LOG.infof("%s has changed: %d tokens", path, changed.all().size());
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
            LOG.errorf("%s is not in force, and the tokens stay as they were: %s", path, why);
        }
        problem = why;
    }

    private static String read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("got more than " + MOST_BYTES + " bytes; allowed: a file of tokens");
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
