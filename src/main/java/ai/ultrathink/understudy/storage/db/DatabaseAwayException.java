package ai.ultrathink.understudy.storage.db;

import org.jspecify.annotations.Nullable;

/**
 * The database did not answer, or not in time, or failed for a reason of its own: it is unreachable or full, or its
 * permissions or its schema are wrong. Predictions continue without it; calls that need it fail. The message is a
 * sentence for the caller, without a full stop.
 */
public final class DatabaseAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    /**
     * An exception without a cause.
     *
     * @param what the reason
     */
    public DatabaseAwayException(String what) {
        super(away(what));
        this.lasting = false;
    }

    public DatabaseAwayException(FailureCause cause, @Nullable Throwable failure) {
        super(cause.sentence(), failure);
        this.lasting = cause.lasting();
    }

    /** Whether the failure lasts until a person repairs it. */
    boolean lasting() {
        return lasting;
    }

    static String away(String what) {
        return "the database is away (" + what + ")";
    }
}
