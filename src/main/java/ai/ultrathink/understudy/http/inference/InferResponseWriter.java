package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.http.inference.RequestedOutputs.Asked;
import ai.ultrathink.understudy.http.inference.RequestedOutputs.Output;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes an answer in the REST form, field by field; tensors that were asked for as bytes follow the JSON. */
final class InferResponseWriter {

    /** The name of the parameter with the names of the actions. */
    static final String LABELS = "labels";

    private static final JsonFactory JSON = new JsonFactory();
    private static final int TYPICAL_BYTES = 512;

    private final Inferred.Answered answered;
    private final AnswerTensors tensors;
    private final List<byte[]> binary = new ArrayList<>(2);

    /** The bytes of the JSON. */
    private int jsonLength;

    InferResponseWriter(Inferred.Answered answered) {
        this.answered = answered;
        this.tensors = new AnswerTensors(answered);
    }

    /** The bytes of the JSON, which the body begins with. */
    int jsonLength() {
        return jsonLength;
    }

    /** Writes the body. Call once. */
    byte[] body() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        jsonLength = bytes.size();
        binary.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model_name", answered.model());
        json.writeStringField("model_version", answered.version());
        json.writeStringField("id", answered.id());
        Map<String, String> explained = Explained.of(answered);
        if (!explained.isEmpty()) {
            json.writeObjectFieldStart("parameters");
            for (Map.Entry<String, String> parameter : explained.entrySet()) {
                json.writeStringField(parameter.getKey(), parameter.getValue());
            }
            json.writeEndObject();
        }
        json.writeArrayFieldStart("outputs");
        for (Asked asked : answered.outputs()) {
            write(json, asked);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Asked asked) throws IOException {
        Output output = asked.output();
        byte[] bytes = asked.binary() ? tensors.bytes(output) : null;
        json.writeStartObject();
        json.writeStringField("name", output.text());
        json.writeStringField("datatype", output.datatype());
        json.writeFieldName("shape");
        long[] shape = tensors.shape(output);
        json.writeArray(shape, 0, shape.length);
        if (bytes != null || output == Output.ACTION_PROBABILITIES) {
            json.writeObjectFieldStart("parameters");
            if (output == Output.ACTION_PROBABILITIES) {
                json.writeStringField(LABELS, tensors.labels());
            }
            if (bytes != null) {
                json.writeNumberField(Parameters.BINARY_SIZE, bytes.length);
                binary.add(bytes);
            }
            json.writeEndObject();
        }
        if (bytes == null) {
            data(json, output);
        }
        json.writeEndObject();
    }

    private void data(JsonGenerator json, Output output) throws IOException {
        json.writeArrayFieldStart("data");
        switch (output) {
            case ACTION_PROBABILITIES -> {
                for (float probability : tensors.probabilities()) {
                    json.writeNumber(probability);
                }
            }
            case ACTION -> {
                for (String action : tensors.actions()) {
                    json.writeString(action);
                }
            }
        }
        json.writeEndArray();
    }
}
