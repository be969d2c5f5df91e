package ai.ultrathink.understudy.command;

/** How a command ends, for scripts. */
public final class ExitCode {

    /** It is done. */
    public static final int DONE = 0;

    /** The service refused it, and its reason was printed. */
    public static final int REFUSED = 1;

    /** The command was not understood. */
    public static final int USAGE = 2;

    /** The service gave no answer, or 503. */
    public static final int AWAY = 3;

    /** The token is missing or wrong, or its roles do not suffice. */
    public static final int NOT_ALLOWED = 4;

    /** It waits for the approval of another person. */
    public static final int PENDING = 5;

    /** What was waited for cannot come any more: the test has been rolled back, or ended otherwise. */
    public static final int OTHERWISE = 6;

    /** What was waited for has not come in time. */
    public static final int TOO_LATE = 7;

    /** It is done, but its output could not be written. */
    public static final int UNWRITTEN = 8;

    private ExitCode() {}
}
