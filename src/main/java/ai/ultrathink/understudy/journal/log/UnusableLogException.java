package ai.ultrathink.understudy.journal.log;

import java.io.IOException;

/** Another process uses the log. It was not changed. */
final class UnusableLogException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableLogException(String message) {
        super(message);
    }
}
