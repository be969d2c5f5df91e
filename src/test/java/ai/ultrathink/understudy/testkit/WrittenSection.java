package ai.ultrathink.understudy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document that is written from the code: what stands between two comments, which a reader of the page does not see.
 *
 * @param source what the first comment names
 */
public record WrittenSection(Path document, String source) {

    private static final String END = "<!-- end -->\n";

    /** Compares it with what it should be. With {@code -Dunderstudy.write=true} it is written before. */
    public void assertIs(String expected) throws IOException {
        if (Boolean.getBoolean("understudy.write")) {
            String text = Files.readString(document);
            Files.writeString(document, text.replace(comments(in(text)), comments(expected)));
        }

        assertEquals(expected, in(Files.readString(document)), document + ": `make tables` writes it again");
    }

    private String in(String text) {
        int begin = text.indexOf(begin());
        int end = text.indexOf(END, begin);
        assertTrue(begin >= 0 && end >= 0, () -> document + " has no section with the comment " + begin());
        return text.substring(begin + begin().length(), end);
    }

    private String begin() {
        return "<!-- from " + source + "; `make tables` writes it -->\n";
    }

    private String comments(String content) {
        return begin() + content + END;
    }
}
