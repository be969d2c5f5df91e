package ai.ultrathink.understudy.journal;

import java.io.IOException;

/**
 * The directory holds a log that this process must not touch: another process uses it, or a newer version wrote it.
 * Nothing in it was changed. Unlike other failures to open, this one needs a person.
 */
final class UnusableLogException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableLogException(String message) {
        super(message);
    }
}
