package ai.ultrathink.understudy.deploy;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One instruction of a Dockerfile.
 *
 * @param name in upper case, such as {@code COPY}
 * @param text what follows the name, its lines joined
 */
record Instruction(String name, String text) {

    private static final Pattern FLAG = Pattern.compile("--([a-z]+)=(\\S+)\\s+");
    private static final Pattern PAIR = Pattern.compile("([\\w.]+)=(\"[^\"]*\"|\\S+)");

    static Instruction of(String line) {
        String[] parts = line.strip().split("\\s+", 2);
        return new Instruction(parts[0], parts.length == 1 ? "" : parts[1]);
    }

    boolean is(String other) {
        return name.equals(other);
    }

    /** Flags such as {@code --from=empty}. */
    Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        FLAG.matcher(text).results().forEach(flag -> flags.put(flag.group(1), flag.group(2)));
        return flags;
    }

    /** What follows the flags, by spaces. */
    List<String> words() {
        return Stream.of(FLAG.matcher(text).replaceAll("").strip().split("\\s+"))
                .toList();
    }

    /** Whether its arguments are a JSON array, which needs no shell. */
    boolean isExecForm() {
        return text.startsWith("[");
    }

    /** The elements of the JSON array. */
    List<String> elements() {
        List<String> elements = new ArrayList<>();
        new JsonArray(text).forEach(element -> elements.add((String) element));
        return elements;
    }

    /** Pairs such as {@code A=1 B="two"}. */
    Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        PAIR.matcher(text)
                .results()
                .forEach(pair -> pairs.put(pair.group(1), pair.group(2).replace("\"", "")));
        return pairs;
    }
}
