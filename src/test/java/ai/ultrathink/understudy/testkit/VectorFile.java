package ai.ultrathink.understudy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Published vectors, a file of {@code /vectors}: sections of rows that were computed elsewhere. The file says how. */
public final class VectorFile {

    private final JsonNode file;

    private VectorFile(JsonNode file) {
        this.file = file;
    }

    /** Reads a file, such as {@code pairs.json}. */
    public static VectorFile read(String name) {
        try (InputStream in = Objects.requireNonNull(VectorFile.class.getResourceAsStream("/vectors/" + name), name)) {
            return new VectorFile(new JsonMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the file says under a name; fails if it says nothing. */
    public JsonNode get(String name) {
        return field(file, name);
    }

    /** The rows of a section. */
    public Stream<JsonNode> rows(String section) {
        return items(get(section));
    }

    /** The names of the sections, in their order. */
    public List<String> sections() {
        List<String> sections = new ArrayList<>();
        file.properties().forEach(entry -> {
            if (entry.getValue().isArray()) {
                sections.add(entry.getKey());
            }
        });
        return sections;
    }

    /** The number of rows in all sections. */
    public long size() {
        return sections().stream().flatMap(this::rows).count();
    }

    /** The items of an array. */
    public static Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** The items of an array in a row. */
    public static Stream<JsonNode> items(JsonNode row, String name) {
        return items(field(row, name));
    }

    /** A number of a row. */
    public static double number(JsonNode row, String name) {
        return field(row, name).asDouble();
    }

    /** A whole number of a row. */
    public static long count(JsonNode row, String name) {
        return field(row, name).asLong();
    }

    /** A text of a row. */
    public static String text(JsonNode row, String name) {
        return field(row, name).asText();
    }

    private static JsonNode field(JsonNode row, String name) {
        return Objects.requireNonNull(row.get(name), () -> "no \"" + name + "\" in " + row);
    }
}
