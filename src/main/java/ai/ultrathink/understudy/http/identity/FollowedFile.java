package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.file.ValidFile;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** A file of who may call, read again when its content changes. */
final class FollowedFile<T> {

    private static final Logger LOG = Logger.getLogger(FollowedFile.class);

    static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 1024 * 1024;

    private final ValidFile<T> file;
    private Cancellable looking = () -> {};

    private FollowedFile(ValidFile<T> file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @param variable which names it
     * @param parse throws an IllegalArgumentException if a text is not valid
     * @throws IllegalArgumentException if it is not valid, with a message of one line
     */
    static <T> FollowedFile<T> open(String variable, Path path, Function<String, T> parse) {
        return new FollowedFile<>(ValidFile.open(variable, path, MOST_BYTES, parse));
    }

    T content() {
        return file.content();
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
        if (file.reread()) {
            LOG.infof("%s has changed: %s", file.path(), file.content());
        }
    }

    void close() {
        looking.cancel();
    }
}
