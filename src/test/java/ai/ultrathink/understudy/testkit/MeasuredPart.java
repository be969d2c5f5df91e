package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a document that a program writes; the rest is written by hand.
 *
 * @param document its path
 * @param command that writes it, as its first mark says
 */
public record MeasuredPart(Path document, String command) {

    private static final String END = "<!-- to here -->";

    /** Replaces it. */
    public void write(String measured) throws IOException {
        String begin = "<!-- " + command + " writes from here -->";
        String text = Files.readString(document);
        int from = text.indexOf(begin);
        int to = text.indexOf(END, Math.max(from, 0));
        if (from < 0 || to < from) {
            throw new IOException(document + " has lost its marks \"" + begin + "\" and \"" + END + "\"");
        }
        Files.writeString(document, text.substring(0, from) + begin + "\n" + measured + text.substring(to));
    }
}
