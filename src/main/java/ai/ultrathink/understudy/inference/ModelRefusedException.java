package ai.ultrathink.understudy.inference;

import java.io.IOException;

/** A model folder cannot serve. The message says why, on one line. */
final class ModelRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean now;

    ModelRefusedException(String why) {
        super(why);
        this.now = false;
    }

    ModelRefusedException(String why, Throwable cause) {
        super(why, cause);
        this.now = false;
    }

    private ModelRefusedException(String why, boolean now) {
        super(why);
        this.now = now;
    }

    /** A server cannot answer for the model now. It may later, so the folder is loaded again from time to time. */
    static ModelRefusedException byServer(String why) {
        return new ModelRefusedException(why, true);
    }

    /** Whether the same folder may load later. */
    boolean mayLoadLater() {
        return now;
    }
}
