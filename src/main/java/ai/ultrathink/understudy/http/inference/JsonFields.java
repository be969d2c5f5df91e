package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.problem.JsonProblems;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads single values of a request in JSON. Every error names the field. */
final class JsonFields {

    private JsonFields() {}

    static void requireObject(JsonParser json, String field) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new InvalidValueException(field, JsonProblems.named(json.currentToken()), "an object");
        }
    }

    static String text(JsonParser json, String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidValueException(field, JsonProblems.named(json.currentToken()), "a string");
        }
        return json.getText();
    }

    /** The value of a parameter, which is the next token. */
    static @Nullable Object value(JsonParser json, String field) throws IOException {
        JsonToken token = json.nextToken();
        return switch (token) {
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> whole(json, field);
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_NULL -> null;
            case null, default ->
                throw new InvalidValueException(
                        field, JsonProblems.named(token), "a string, a number, or true or false");
        };
    }

    /** A whole number. */
    static long whole(JsonParser json, String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new InvalidValueException(field, JsonProblems.named(json.currentToken()), "a whole number");
        }
        return json.getLongValue();
    }
}
