package ai.ultrathink.understudy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** README.md, for tests that hold it to what it says. */
record Readme(String text) {

    private static final Pattern TARGET = Pattern.compile("\\bmake ([a-z]+)\\b");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]+`");

    static Readme read() throws IOException {
        return new Readme(Files.readString(Path.of("README.md")));
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
