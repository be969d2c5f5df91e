package ai.ultrathink.understudy.demo;

/** The demonstration cannot go on; the message says why and what to do, so no stack trace is shown. */
final class DemoFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoFailedException(String message) {
        super(message);
    }
}
