package ai.ultrathink.understudy.storage.db;

import org.jspecify.annotations.Nullable;

/**
 * The database did not answer, not in time, or not with what was asked, for a reason that lies with it and not with the
 * question: it is away, full, or its rights or its schema are not as they should be. Predictions go on without it; what needs it
 * is refused. The message is a sentence for whoever asked, without its full stop.
 */
public final class DatabaseAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    /**
     * The database is away without a failure that says why.
     *
     * @param what in which way it is away
     */
    public DatabaseAwayException(String what) {
        super(away(what));
        this.lasting = false;
    }

    public DatabaseAwayException(FailureCause cause, @Nullable Throwable failure) {
        super(cause.sentence(), failure);
        this.lasting = cause.lasting();
    }

    /** Whether it stays so until a person mends it. */
    boolean lasting() {
        return lasting;
    }

    static String away(String what) {
        return "the database is away (" + what + ")";
    }
}
