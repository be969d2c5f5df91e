package ai.ultrathink.understudy.inference.torch;

import java.util.regex.Pattern;

/** libtorch could not load a module or run it. The message is the engine's own, first line only. */
public final class TorchException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;
    private static final Pattern RAISED = Pattern.compile("[\\w.]*(?:Error|Exception): ");
    private static final Pattern GRAPHICS_CARD =
            Pattern.compile("'CUDA' backend|not linked with support for cuda|not compiled with CUDA");
    private static final Pattern FLOAT64 = Pattern.compile(
            "(?i)float != double|double != float|expected scalar type (?:float but found double|double but found float)"
                    + "|got float and double|got double and float");

    /** @param message our own words, in one line */
    TorchException(String message) {
        super(message);
    }

    TorchException(String doing, Throwable cause) {
        super(doing + ": " + words(String.valueOf(cause.getMessage()).strip()), cause);
    }

    private static String words(String message) {
        String said = line(message);
        String cut = said.length() <= LONGEST ? said : said.substring(0, LONGEST) + "…";
        if (FLOAT64.matcher(message).find()) {
            return "the network computes in float64; say \"input\": {\"dtype\": \"float64\"} in model.json. " + cut;
        }
        return GRAPHICS_CARD.matcher(message).find()
                ? "its code asks for a graphics card, and this service runs on the processor; move the network to the CPU"
                        + " before it is exported. " + cut
                : cut;
    }

    /** The line of a TorchScript error that says what was raised; its first line only announces a trace. */
    private static String line(String message) {
        String first = message.lines().findFirst().orElse("").strip();
        String raised = message.lines()
                .map(String::strip)
                .filter(line -> RAISED.matcher(line).lookingAt())
                .findFirst()
                .orElseGet(() -> message.lines()
                        .reduce("", (a, b) -> b.isBlank() ? a : b)
                        .strip());
        return raised.isEmpty() || raised.equals(first) ? first : first + " … " + raised;
    }
}
