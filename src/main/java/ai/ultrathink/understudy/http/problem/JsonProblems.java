package ai.ultrathink.understudy.http.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Describes Jackson's errors in a body in the service's own words. */
public final class JsonProblems {

    private static final Set<Class<?>> WHOLE = Set.of(Long.class, long.class, Integer.class, int.class);

    private JsonProblems() {}

    static String detail(JacksonException problem) {
        return switch (problem) {
            case UnrecognizedPropertyException unknown ->
                path(unknown) + ": unknown field; allowed: "
                        + unknown.getKnownPropertyIds().stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", "));
            case InvalidFormatException format ->
                path(format) + ": got " + shown(format.getValue()) + "; allowed: "
                        + allowed(format, format.getTargetType());
            case MismatchedInputException mismatch
            when mismatch.getTargetType() != null && !path(mismatch).isEmpty() ->
                path(mismatch) + ": got a value of another type; allowed: "
                        + allowed(mismatch, mismatch.getTargetType());
            case JsonMappingException mapping
            when mapping.getCause() instanceof InputCoercionException tooLarge
                    && !path(mapping).isEmpty() ->
                path(mapping) + ": got a number with too many digits; allowed: "
                        + allowed(mapping, tooLarge.getTargetType());
            case JsonMappingException mapping
            when mapping.getCause() instanceof IllegalArgumentException invalid -> String.valueOf(invalid.getMessage());
            case JsonMappingException mapping
            when !path(mapping).isEmpty() -> path(mapping) + ": " + firstLine(mapping.getOriginalMessage());
            case MismatchedInputException whole
            when whole.getPath().isEmpty() -> "body: got another kind of value; allowed: a JSON object";
            default -> "malformed JSON" + at(problem) + ": " + firstLine(problem.getOriginalMessage());
        };
    }

    private static String path(JsonMappingException problem) {
        return problem.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static String at(JacksonException problem) {
        var location = problem.getLocation();
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** What a value is, by its first token. */
    public static String named(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> "something else";
        };
    }

    public static String firstLine(String message) {
        // the rest is Jackson's advice to programmers, or names its own classes
        String line =
                message.lines().findFirst().orElse("").replaceFirst("(: enable `| \\(start marker| \\(token `).*", "");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    private static String shown(Object value) {
        String text = String.valueOf(value);
        return '"' + (text.length() > 120 ? text.substring(0, 120) + "…" : text) + '"';
    }

    /** What a field may be: its kind, and the bounds that the OpenAPI document names. */
    private static String allowed(JsonMappingException problem, Class<?> type) {
        String kind = kind(type);
        Schema schema = kind.endsWith("number") ? schema(problem) : null;
        if (schema == null) {
            return kind;
        }
        return kind
                + (schema.minimum().isEmpty() ? "" : " from " + schema.minimum())
                + (schema.maximum().isEmpty() ? "" : " to " + schema.maximum());
    }

    /** What the OpenAPI document is told of the field, if anything. */
    private static @Nullable Schema schema(JsonMappingException problem) {
        List<Reference> path = problem.getPath();
        Reference last = path.isEmpty() ? null : path.getLast();
        if (last == null || last.getFrom() == null || last.getFieldName() == null) {
            return null;
        }
        Class<?> body =
                last.getFrom() instanceof Class<?> type ? type : last.getFrom().getClass();
        String name = last.getFieldName().replace("_", "");
        return Arrays.stream(body.getDeclaredFields())
                .filter(field -> field.getName().equalsIgnoreCase(name))
                .findFirst()
                .map(field -> field.getAnnotation(Schema.class))
                .orElse(null);
    }

    private static String kind(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (WHOLE.contains(type)) {
            return "a whole number";
        }
        return Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a number" : "a JSON object";
    }
}
