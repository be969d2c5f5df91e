package ai.ultrathink.understudy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A document in Markdown, README.md above all, for tests that hold it to what it says. */
public record Readme(String text) {

    private static final Pattern TARGET = Pattern.compile("\\bmake ([a-z]+)\\b");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]+`");

    static Readme read() throws IOException {
        return read(Path.of("README.md"));
    }

    /** Another document. */
    public static Readme read(Path file) throws IOException {
        return new Readme(Files.readString(file));
    }

    /** All blocks of a language, such as {@code bash}, in their order. */
    public List<String> blocks(String language) {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The first block of shell commands under a heading. */
    String commands(String heading) {
        Matcher block = Pattern.compile("(?s)\n## " + Pattern.quote(heading) + "\n.*?```bash\n(.*?)```")
                .matcher(text);
        if (!block.find()) {
            throw new AssertionError("README.md has no ```bash block under \"" + heading + "\"");
        }
        return block.group(1);
    }

    /** Every X of a {@code make X} in code. */
    Set<String> targets() {
        Set<String> targets = new TreeSet<>();
        CODE.matcher(text)
                .results()
                .flatMap(code -> TARGET.matcher(code.group()).results())
                .forEach(target -> targets.add(target.group(1)));
        return targets;
    }
}
