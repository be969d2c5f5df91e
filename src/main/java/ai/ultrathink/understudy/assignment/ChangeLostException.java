package ai.ultrathink.understudy.assignment;

/** A change was committed, but the database that was read afterwards does not have it. */
public final class ChangeLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChangeLostException(String testId, long generation) {
        super("the change of test " + testId + " to generation " + generation
                + " was made, but the database no longer has it: it went back (a restored backup, a standby that"
                + " lagged), or the test was changed or deleted meanwhile. Read the test, and make the change again");
    }
}
