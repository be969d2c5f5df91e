package ai.ultrathink.understudy.journal.log;

/** Result of an append. All values but {@link #APPENDED} are rejections. */
public enum AppendOutcome {
    /** The record is in the page cache: it survives a kill of this process from now on. */
    APPENDED,
    /** The log has reached its size limit, or the file system its free-space limit. Releasing frees space. */
    FULL,
    /**
     * A segment could not be created or written, or not in time. Creation is retried after {@link
     * LogSettings#retryAfter()}.
     */
    IO_ERROR,
    /** The record does not fit into a segment: see {@link LogSettings#maxRecordBytes()}. */
    TOO_LARGE,
    /** The log was closed. */
    CLOSED
}
