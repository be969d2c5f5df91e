package ai.ultrathink.understudy.inference.torch;

/** libtorch could not load a module or run it. The message is the engine's own, first line only. */
public final class TorchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TorchException(String doing, Throwable cause) {
        super(doing + ": " + firstLine(cause), cause);
    }

    private static String firstLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).strip();
        // TorchScript's own errors end with the line that says what was raised; its first line only announces a trace
        String raised =
                message.lines().reduce("", (a, b) -> b.isBlank() ? a : b).strip();
        String first = message.lines().findFirst().orElse("").strip();
        return raised.isEmpty() || raised.equals(first) ? first : first + " … " + raised;
    }
}
