package ai.ultrathink.understudy.inference.onnx;

/** ONNX Runtime could not load a network or run it. The message has one line. */
public final class OnnxException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;

    /** @param message our own words */
    OnnxException(String message) {
        super(message);
    }

    OnnxException(String doing, Throwable cause) {
        super(doing + ": " + line(String.valueOf(cause.getMessage())), cause);
    }

    private static String line(String message) {
        String first = message.lines().findFirst().orElse("").strip();
        return first.length() <= LONGEST ? first : first.substring(0, LONGEST) + "…";
    }
}
