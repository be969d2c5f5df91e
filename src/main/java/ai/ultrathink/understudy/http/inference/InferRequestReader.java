package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.inference.InferRequest.RequestedOutput;
import ai.ultrathink.understudy.http.problem.JsonProblems;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of the REST form, token by token as a prediction is read, and the tensors that follow the JSON as bytes. Every error
 * is an {@link InvalidValueException}.
 */
final class InferRequestReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private static final String ALLOWED = "id, parameters, inputs, outputs";
    private static final String END = "the end of body";
    private static final int MOST_TENSORS = 16;

    private @Nullable String id;
    private Parameters parameters = Parameters.none("parameters");
    private final List<InputReader> inputs = new ArrayList<>(1);
    private final List<RequestedOutput> outputs = new ArrayList<>(2);
    private final Set<String> seen = new HashSet<>();
    private String at = "body";

    private InferRequestReader() {}

    /**
     * Reads a body.
     *
     * @param jsonLength the bytes of its JSON, as the header Inference-Header-Content-Length says; null if all of it is JSON
     */
    static InferRequest read(byte[] body, @Nullable String jsonLength) {
        int length = jsonLength == null ? body.length : length(jsonLength, body.length);
        InferRequestReader reader = new InferRequestReader();
        reader.json(body, length);
        return reader.request(ByteBuffer.wrap(body, length, body.length - length));
    }

    private static int length(String header, int most) {
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0 && length <= most) {
                return length;
            }
        } catch (NumberFormatException e) {
            // falls through to the exception
        }
        throw new InvalidValueException(
                "Inference-Header-Content-Length",
                header,
                "the bytes of the JSON, at most the " + most + " of the body");
    }

    private InferRequest request(ByteBuffer rest) {
        List<InputTensor> tensors = new ArrayList<>(inputs.size());
        for (InputReader input : inputs) {
            tensors.add(input.tensor(rest));
        }
        if (rest.hasRemaining()) {
            throw new InvalidValueException(
                    "body",
                    rest.remaining() + " bytes after the last tensor",
                    "as many as the binary_data_size of all inputs, and Inference-Header-Content-Length before them");
        }
        return new InferRequest(id, parameters.ofRequest(), tensors, outputs);
    }

    private void json(byte[] body, int length) {
        try (JsonParser json = JSON.createParser(body, 0, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidValueException("body", JsonProblems.named(json.currentToken()), "a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                at = json.currentName();
                if (!seen.add(at)) {
                    throw new InvalidValueException(at, "the field twice", "once");
                }
                json.nextToken();
                field(json);
            }
            at = END;
            if (json.nextToken() != null) {
                throw afterTheObject();
            }
        } catch (JsonParseException e) {
            throw at.equals(END)
                    ? afterTheObject()
                    : new InvalidValueException(at, JsonProblems.firstLine(e.getOriginalMessage()), "well-formed JSON");
        } catch (IOException e) {
            throw new InvalidValueException(at, e.getMessage(), "JSON in UTF-8");
        }
    }

    private static InvalidValueException afterTheObject() {
        return new InvalidValueException(
                "body",
                "something after the object",
                "one JSON object; bytes of tensors follow it only with the header Inference-Header-Content-Length");
    }

    private void field(JsonParser json) throws IOException {
        switch (at) {
            case "id" -> id = JsonFields.text(json, at);
            case "parameters" -> parameters = parameters(json, at);
            case "inputs" ->
                each(json, (place, index) -> {
                    InputReader input = new InputReader(place);
                    input.read(json);
                    inputs.add(input);
                });
            case "outputs" -> each(json, (place, index) -> outputs.add(output(json, place)));
            default -> throw new InvalidValueException("field", at, ALLOWED);
        }
    }

    /** Reads an element of an array. */
    private interface Element {
        void read(String place, int index) throws IOException;
    }

    private void each(JsonParser json, Element element) throws IOException {
        String array = at;
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidValueException(array, JsonProblems.named(json.currentToken()), "an array of objects");
        }
        int index = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            at = array + "[" + index + "]";
            if (index == MOST_TENSORS) {
                throw new InvalidValueException(array, "more than " + MOST_TENSORS, "at most so many");
            }
            JsonFields.requireObject(json, at);
            element.read(at, index++);
        }
    }

    private static RequestedOutput output(JsonParser json, String place) throws IOException {
        String name = null;
        Parameters of = Parameters.none(place + ".parameters");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = JsonFields.text(json, place + ".name");
                case "parameters" -> of = parameters(json, of.field());
                default -> throw new InvalidValueException(place, field, "name, parameters");
            }
        }
        if (name == null) {
            throw new InvalidValueException(place + ".name", null, "the name of an output");
        }
        return new RequestedOutput(name, of.ofTensor().flag(Parameters.BINARY));
    }

    static Parameters parameters(JsonParser json, String place) throws IOException {
        JsonFields.requireObject(json, place);
        Map<String, Object> values = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            Object value = JsonFields.value(json, place + "." + name);
            if (value != null && values.put(name, value) != null) {
                throw new InvalidValueException(place + "." + name, "the parameter twice", "once");
            }
        }
        return new Parameters(place, values);
    }
}
