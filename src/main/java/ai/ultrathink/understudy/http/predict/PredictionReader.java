package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.problem.JsonProblems;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a prediction, token by token: this is the hot path, and only a custom reader can name the field in
 * which a malformed body is broken. Every error is an {@link InvalidValueException}.
 */
final class PredictionReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private static final String ALLOWED = "symbol, features, request_id, unit_id, model, test_id";
    private static final int EXPECTED_FEATURES = 43;
    private static final int MOST_FEATURES = 100_000;

    private @Nullable String symbol;
    private @Nullable Features features;
    private @Nullable String requestId;
    private @Nullable String unitId;
    private @Nullable String model;
    private @Nullable String testId;
    private String at = "body";
    private int atFeature = -1;
    private final List<String> nulls = new ArrayList<>(0);

    private PredictionReader() {}

    /**
     * @param newRequestId creates a request id if the body has none
     * @param trace of the request
     * @throws InvalidValueException if the body is not a prediction request; it names the field, the value received and
     *     the allowed values
     */
    static PredictionRequest read(byte[] body, Supplier<String> newRequestId, RequestTrace trace) {
        return new PredictionReader().parse(body, newRequestId, trace);
    }

    private PredictionRequest parse(byte[] body, Supplier<String> newRequestId, RequestTrace trace) {
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidValueException("body", JsonProblems.named(json.currentToken()), "a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                at = json.currentName();
                json.nextToken();
                field(json);
            }
            at = "body";
            if (json.nextToken() != null) {
                throw new InvalidValueException("body", "something after the object", "one JSON object");
            }
        } catch (JsonParseException e) {
            throw new InvalidValueException(
                    place(), JsonProblems.firstLine(e.getOriginalMessage()), "well-formed JSON");
        } catch (IOException e) {
            throw new InvalidValueException(place(), e.getMessage(), "JSON in UTF-8");
        }
        if (features == null) {
            throw new InvalidValueException("features", null, "an array of numbers");
        }
        String id = requestId == null ? newRequestId.get() : requestId;
        return new PredictionRequest(
                id, unitId == null ? id : unitId, symbol == null ? missing() : symbol, features, model, testId, trace);
    }

    private String place() {
        return atFeature < 0 ? at : "features[" + atFeature + "]";
    }

    private static String missing() {
        throw new InvalidValueException("symbol", null, "1 to 20 characters");
    }

    private void field(JsonParser json) throws IOException {
        switch (at) {
            case "symbol" -> symbol = text(json, symbol);
            case "request_id" -> requestId = optional(json, requestId);
            case "unit_id" -> unitId = optional(json, unitId);
            case "model" -> model = optional(json, model);
            case "test_id" -> testId = optional(json, testId);
            case "features" -> {
                refuseSecond(features);
                features = features(json);
            }
            default -> throw new InvalidValueException("field", at, ALLOWED);
        }
    }

    private String text(JsonParser json, @Nullable String before) throws IOException {
        refuseSecond(before);
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidValueException(at, JsonProblems.named(json.currentToken()), "a string");
        }
        return json.getText();
    }

    /** An optional string, which may be null. */
    private @Nullable String optional(JsonParser json, @Nullable String before) throws IOException {
        if (nulls.contains(at)) {
            refuseSecond(at);
        }
        if (json.currentToken() != JsonToken.VALUE_NULL) {
            return text(json, before);
        }
        refuseSecond(before);
        nulls.add(at);
        return null;
    }

    private void refuseSecond(@Nullable Object before) {
        if (before != null) {
            throw new InvalidValueException(at, "the field twice", "once");
        }
    }

    private Features features(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidValueException("features", JsonProblems.named(json.currentToken()), "an array of numbers");
        }
        float[] values = new float[EXPECTED_FEATURES];
        int count = 0;
        atFeature = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (!json.currentToken().isNumeric()) {
                throw new InvalidValueException(
                        "features[" + count + "]", JsonProblems.named(json.currentToken()), "a number");
            }
            if (count == values.length) {
                if (count == MOST_FEATURES) {
                    throw new InvalidValueException(
                            "features", "more than " + count + " numbers", "as many as the model takes");
                }
                values = Arrays.copyOf(values, Math.min(MOST_FEATURES, 2 * count));
            }
            float value = json.getFloatValue();
            if (!Float.isFinite(value)) {
                throw new InvalidValueException("features[" + count + "]", json.getText(), "a finite 32-bit float");
            }
            values[count++] = value;
            atFeature = count;
        }
        atFeature = -1;
        return Features.of(values, count);
    }
}
