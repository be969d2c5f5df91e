package ai.ultrathink.understudy.assignment;

/** A change was made, and the database that was read afterwards does not have it. */
public final class ChangeLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChangeLostException(String testId, long generation) {
        super(
                "the change of test " + testId + " to generation " + generation
                        + " was made, and the database does not hold it any more: it went back (a restored backup, a standby that"
                        + " lagged), or somebody changed or deleted the test meanwhile. Read the test, and make the change again");
    }
}
