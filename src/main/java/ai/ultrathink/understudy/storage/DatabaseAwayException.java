package ai.ultrathink.understudy.storage;

/** The database did not answer, or not in time. Predictions go on without it; what needs it is refused. */
public final class DatabaseAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseAwayException(String what) {
        super(what);
    }

    DatabaseAwayException(String what, Throwable cause) {
        super(what, cause);
    }
}
