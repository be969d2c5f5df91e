package ai.ultrathink.understudy.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares an example with a real answer: the same fields at every depth, with values of the same type. A value may be null in
 * either.
 */
final class ExampleShape {

    /** States of an experiment in the audit trail: an example may show a part of them. */
    private static final Set<String> PARTS = Set.of("from", "to");

    private ExampleShape() {}

    /** What differs, in words; nothing where the shape is the same. */
    static List<String> differences(String where, @Nullable Object example, @Nullable Object real) {
        return differ(where, example, real).toList();
    }

    private static Stream<String> differ(String where, @Nullable Object example, @Nullable Object real) {
        if (example instanceof JsonObject shown && real instanceof JsonObject answered) {
            return objects(where, shown, answered);
        }
        if (example instanceof JsonArray shown && real instanceof JsonArray answered) {
            return shown.stream().flatMap(element -> oneOf(where + "[]", element, answered));
        }
        // a null in a real answer says nothing of what the example has there, unless that is a plain value
        boolean silent = example == null || (real == null && !type(example).matches("object|array"));
        return silent || type(example).equals(type(real))
                ? Stream.empty()
                : Stream.of("%s: the example has %s, the answer %s".formatted(where, type(example), type(real)));
    }

    private static Stream<String> objects(String where, JsonObject example, JsonObject real) {
        Set<String> unknown = new TreeSet<>(example.fieldNames());
        unknown.removeAll(real.fieldNames());
        Set<String> missing = new TreeSet<>(real.fieldNames());
        missing.removeAll(example.fieldNames());
        boolean part = PARTS.stream().anyMatch(field -> where.endsWith("." + field));
        Stream<String> names = Stream.concat(
                unknown.stream().map(field -> where + "." + field + " is in the example and not in the answer"),
                part
                        ? Stream.empty()
                        : missing.stream().map(field -> where + "." + field + " is missing in the example"));
        return Stream.concat(
                names,
                example.fieldNames().stream()
                        .filter(real::containsKey)
                        .flatMap(field -> differ(where + "." + field, example.getValue(field), real.getValue(field))));
    }

    /** Lists may have elements of several shapes. */
    private static Stream<String> oneOf(String where, @Nullable Object example, JsonArray real) {
        List<List<String>> each = real.stream()
                .map(element -> differences(where, example, element))
                .toList();
        if (each.isEmpty()) {
            return Stream.of(where + ": the answer has none to compare the example with");
        }
        return each.stream().anyMatch(List::isEmpty) ? Stream.empty() : each.getFirst().stream();
    }

    private static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case JsonObject object -> "object";
            case JsonArray array -> "array";
            case Boolean truth -> "true or false";
            case Number number -> "number";
            case String text -> time(text) ? "time" : "text";
            default -> throw new IllegalArgumentException("no JSON: " + value);
        };
    }

    private static boolean time(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
