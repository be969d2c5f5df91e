package ai.ultrathink.understudy.bench;

/** The benchmark cannot go on; the message says why and what to do. */
final class BenchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BenchFailedException(String message) {
        super(message);
    }
}
