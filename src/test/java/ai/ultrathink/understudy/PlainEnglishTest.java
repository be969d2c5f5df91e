package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments and messages of the service are plain English and use the terms of docs/glossary.md. */
class PlainEnglishTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    /** Words that read as translated, as alternatives of a pattern. */
    static final String WORDS = "whoever|whomever|whatever|nobody|somebody|anybody|lest|shall|so long(?! as)"
            + "|that which|told so|anew|amiss|for ever|what became of|heard of";

    /** These, and terms that the glossary has replaced. */
    private static final Pattern BANNED = Pattern.compile(
            "\\b(" + WORDS + "|dossiers?|remed(?:y|ies)|judge[ds]?|judgements?|lanes?|theatre)\\b",
            Pattern.CASE_INSENSITIVE);

    /** Uses with a reason: the name of a field of the report. */
    private static final List<String> ALLOWED = List.of("@param judged");

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern INLINE_TAG = Pattern.compile("\\{@\\w+ [^}]*}");

    @Test
    void comments_and_messages_use_no_word_that_is_banned() {
        assertEquals(List.of(), javaFiles().flatMap(PlainEnglishTest::banned).toList());
    }

    @Test
    void a_banned_word_is_found_in_a_comment_and_in_a_message_but_not_in_a_name() {
        assertEquals(List.of("whoever"), banned("/** Waits for whoever comes. */"));
        assertEquals(List.of("shall"), banned("throw new IllegalStateException(\"this shall not be\");"));
        assertEquals(List.of("nobody"), banned("int waiting = 0; // nobody waits"));
        assertEquals(List.of(), banned("@JsonProperty(\"judgement\") Evaluation judge(String remedy) {"));
        assertEquals(List.of(), banned("/** Reads {@code \"judgement\"} so long as there is one. */"));
    }

    private static Stream<Path> javaFiles() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> banned(Path file) {
        try {
            List<String> found = new ArrayList<>();
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                for (String word : banned(lines.get(i))) {
                    found.add(SOURCES.relativize(file) + ":" + (i + 1) + ": " + word);
                }
            }
            return found.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The banned words of a line: those in a comment, and those in a text that is more than a name. */
    private static List<String> banned(String line) {
        return prose(line)
                .filter(text -> ALLOWED.stream().noneMatch(text::contains))
                .flatMap(text -> BANNED.matcher(INLINE_TAG.matcher(text).replaceAll(""))
                        .results()
                        .map(found -> found.group(1)))
                .toList();
    }

    private static Stream<String> prose(String line) {
        String stripped = line.strip();
        if (stripped.startsWith("*") || stripped.startsWith("/*") || stripped.startsWith("//")) {
            return Stream.of(stripped);
        }
        Matcher text = TEXT.matcher(line);
        Stream<String> messages = text.results().map(found -> found.group(1)).filter(words -> words.contains(" "));
        int comment = line.indexOf(" // ");
        return comment < 0 ? messages : Stream.concat(messages, Stream.of(line.substring(comment)));
    }
}
