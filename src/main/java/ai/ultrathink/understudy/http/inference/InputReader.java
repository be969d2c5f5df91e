package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.problem.JsonProblems;
import ai.ultrathink.understudy.oip.Datatype;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one input of a request in JSON; its numbers are there or follow as bytes. */
final class InputReader {

    private static final String ALLOWED = "name, shape, datatype, parameters, data";
    private static final int MOST_AXES = 9;

    private final String place;
    private @Nullable String name;
    private @Nullable Datatype datatype;
    private long @Nullable [] shape;
    private Parameters parameters;
    private @Nullable JsonNumbers data;

    /** @param place what it is called in errors, such as {@code inputs[0]} */
    InputReader(String place) {
        this.place = place;
        this.parameters = Parameters.none(place + ".parameters");
    }

    /** Reads the object whose first token is the current one. */
    void read(JsonParser json) throws IOException {
        Set<String> seen = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            String at = place + "." + field;
            if (!seen.add(field)) {
                throw new InvalidValueException(at, "the field twice", "once");
            }
            json.nextToken();
            switch (field) {
                case "name" -> name = JsonFields.text(json, at);
                case "datatype" -> datatype = datatype(JsonFields.text(json, at), at);
                case "shape" -> shape = shape(json, at);
                case "parameters" -> parameters = InferRequestReader.parameters(json, at);
                case "data" -> data = JsonNumbers.read(json, at);
                default -> throw new InvalidValueException(place, field, ALLOWED);
            }
        }
    }

    static Datatype datatype(String text, String at) {
        return Datatype.of(text).orElseThrow(() -> new InvalidValueException(at, text, Datatype.ALLOWED));
    }

    private static long[] shape(JsonParser json, String at) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidValueException(at, JsonProblems.named(json.currentToken()), "an array of whole numbers");
        }
        long[] shape = new long[MOST_AXES];
        int axes = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (axes == MOST_AXES) {
                throw new InvalidValueException(at, "more than " + MOST_AXES + " lengths", "at most so many");
            }
            shape[axes] = JsonFields.whole(json, at + "[" + axes + "]");
            axes++;
        }
        return Arrays.copyOf(shape, axes);
    }

    /**
     * The tensor.
     *
     * @param rest what follows the JSON; the bytes of this tensor are taken from it
     */
    InputTensor tensor(ByteBuffer rest) {
        String named = required(name, "name", "the name of the model's input");
        Datatype type = required(datatype, "datatype", Datatype.ALLOWED);
        long[] axes = required(shape, "shape", "an array of whole numbers");
        Long size = parameters.ofTensor().number(Parameters.BINARY_SIZE);
        if (size == null) {
            JsonNumbers numbers =
                    required(data, "data", "an array of numbers, or bytes after the JSON and their binary_data_size");
            return ofJson(named, type, axes, numbers);
        }
        if (data != null) {
            throw new InvalidValueException(place, "data and a binary_data_size", "one of them");
        }
        if (size < 0 || size > rest.remaining()) {
            throw new InvalidValueException(
                    place + ".parameters.binary_data_size",
                    size,
                    "at most the " + rest.remaining() + " bytes that are left after the JSON");
        }
        ByteBuffer bytes = rest.slice(rest.position(), size.intValue());
        rest.position(rest.position() + size.intValue());
        return InputTensor.ofBytes(place, named, type, axes, bytes);
    }

    private InputTensor ofJson(String named, Datatype type, long[] axes, JsonNumbers numbers) {
        numbers.require(type);
        InputTensor tensor = InputTensor.of(place, named, axes, numbers.values());
        if (!numbers.fits(axes)) {
            throw new InvalidValueException(
                    place + ".data",
                    "nested arrays of other lengths than shape " + Arrays.toString(axes),
                    "those lengths, or one array");
        }
        return tensor;
    }

    private <T> T required(@Nullable T value, String field, String allowed) {
        if (value == null) {
            throw new InvalidValueException(place + "." + field, null, allowed);
        }
        return value;
    }
}
