package ai.ultrathink.understudy.inference;

/** A model folder that cannot serve, and why. */
final class ModelRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    ModelRefusedException(String why) {
        super(why);
    }

    ModelRefusedException(String why, Throwable cause) {
        super(why, cause);
    }
}
