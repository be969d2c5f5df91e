package ai.ultrathink.understudy.inference;

import java.io.IOException;

/** A model folder cannot serve. The message says why, on one line. */
final class ModelRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    ModelRefusedException(String why) {
        super(why);
    }

    ModelRefusedException(String why, Throwable cause) {
        super(why, cause);
    }
}
