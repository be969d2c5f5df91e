package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.inference.tensor.NumberType;
import ai.ultrathink.understudy.oip.Datatype;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The protocol's messages as JSON. NaN and the infinities have no form in it. */
final class OipJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private OipJson() {}

    /**
     * A request's JSON.
     *
     * @param binary whether the numbers follow as bytes
     */
    static byte[] request(OipRequest request, boolean binary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", request.id());
            json.writeArrayFieldStart("inputs");
            json.writeStartObject();
            json.writeStringField("name", request.input());
            json.writeArrayFieldStart("shape");
            for (long axis : request.shape()) {
                json.writeNumber(axis);
            }
            json.writeEndArray();
            json.writeStringField("datatype", request.datatype().name());
            if (binary) {
                json.writeObjectFieldStart("parameters");
                json.writeNumberField(
                        "binary_data_size",
                        request.values().remaining() * request.datatype().size());
                json.writeEndObject();
            } else {
                data(json, request);
            }
            json.writeEndObject();
            json.writeEndArray();
            outputs(json, request, binary);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void data(JsonGenerator json, OipRequest request) throws IOException {
        json.writeArrayFieldStart("data");
        FloatBuffer values = request.values().duplicate();
        NumberType type = request.type();
        while (values.hasRemaining()) {
            float value = values.get();
            if (type.whole()) {
                json.writeNumber((long) value);
            } else if (type == NumberType.FLOAT64) {
                json.writeNumber((double) value);
            } else {
                json.writeNumber(value);
            }
        }
        json.writeEndArray();
    }

    private static void outputs(JsonGenerator json, OipRequest request, boolean binary) throws IOException {
        String output = request.output();
        if (output != null) {
            json.writeArrayFieldStart("outputs");
            json.writeStartObject();
            json.writeStringField("name", output);
            if (binary) {
                json.writeObjectFieldStart("parameters");
                json.writeBooleanField("binary_data", true);
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndArray();
        } else if (binary) {
            json.writeObjectFieldStart("parameters");
            json.writeBooleanField("binary_data_output", true);
            json.writeEndObject();
        }
    }

    /**
     * Reads the answer to a request.
     *
     * @param jsonBytes the length of the JSON, after which the bytes of tensors follow
     */
    static InferReply reply(OipRequest request, RemoteTarget target, HttpReply http, int jsonBytes)
            throws RemoteException {
        JsonNode reply = tree(http.body().getBuffer(0, jsonBytes));
        if (reply.path("error").isTextual()) {
            throw RemoteException.invalid("its reply is an error: "
                    + ServerText.shown(reply.path("error").textValue()));
        }
        JsonNode outputs = reply.path("outputs");
        ReplyReader reader = new ReplyReader(
                reply.path("id").asText(""),
                reply.path("model_name").asText(""),
                reply.path("model_version").asText(""),
                tensors(outputs, "outputs"));
        Buffer binary = http.body().getBuffer(jsonBytes, http.body().length());
        return reader.read(request, target, (at, datatype) -> numbers(outputs, at, datatype, binary), http.times());
    }

    private static FloatBuffer numbers(JsonNode outputs, int at, Datatype datatype, Buffer binary)
            throws RemoteException {
        JsonNode output = outputs.get(at);
        if (output.has("data")) {
            List<Float> numbers = new ArrayList<>();
            flatten(list(output.get("data"), "data"), numbers);
            FloatBuffer values = FloatBuffer.allocate(numbers.size());
            numbers.forEach(values::put);
            return values.flip();
        }
        int offset = 0;
        for (int before = 0; before < at; before++) {
            offset += binarySize(outputs.get(before));
        }
        return TensorBytes.read(datatype, binary, offset, binarySize(output));
    }

    private static int binarySize(JsonNode output) {
        return Math.max(0, output.path("parameters").path("binary_data_size").asInt(0));
    }

    /** The numbers may be nested as the shape is. */
    private static void flatten(JsonNode data, List<Float> into) throws RemoteException {
        for (JsonNode element : data) {
            if (element.isArray()) {
                flatten(element, into);
            } else if (element.isNumber()) {
                into.add((float) element.doubleValue());
            } else {
                throw RemoteException.invalid(
                        "output has " + ServerText.shown(element.toString()) + " where a number is expected");
            }
        }
    }

    static OipModelMetadata model(Buffer body) throws RemoteException {
        JsonNode model = tree(body);
        List<String> versions = new ArrayList<>();
        model.path("versions").forEach(version -> versions.add(version.asText()));
        return new OipModelMetadata(
                model.path("name").asText(""),
                versions,
                model.path("platform").asText(""),
                tensors(model.path("inputs"), "inputs"),
                tensors(model.path("outputs"), "outputs"));
    }

    static ServerMetadata server(Buffer body) throws RemoteException {
        JsonNode server = tree(body);
        Set<String> extensions = new LinkedHashSet<>();
        server.path("extensions").forEach(extension -> extensions.add(extension.asText()));
        return new ServerMetadata(
                ServerText.shown(server.path("name").asText("")),
                ServerText.shown(server.path("version").asText("")),
                extensions);
    }

    /** What a server says of an error; empty if it says nothing that can be read. */
    static String error(Buffer body) {
        try {
            JsonNode said = tree(body);
            String text = said.path("error").asText("");
            // FastAPI, below MLServer and KServe
            return ServerText.shown(text.isEmpty() ? said.path("detail").asText("") : text);
        } catch (RemoteException e) {
            return "";
        }
    }

    private static List<TensorMetadata> tensors(JsonNode tensors, String field) throws RemoteException {
        List<TensorMetadata> all = new ArrayList<>();
        for (JsonNode tensor : list(tensors, field)) {
            List<Long> shape = new ArrayList<>();
            for (JsonNode axis : list(tensor.path("shape"), "shape")) {
                if (!axis.canConvertToLong()) {
                    throw RemoteException.invalid(field + " has the shape "
                            + ServerText.shown(tensor.path("shape").toString()));
                }
                shape.add(axis.longValue());
            }
            all.add(new TensorMetadata(
                    tensor.path("name").asText(""), tensor.path("datatype").asText(""), shape));
        }
        return all;
    }

    /** A list, or nothing. The fields of an object would be taken for the elements of a list. */
    private static JsonNode list(JsonNode node, String field) throws RemoteException {
        if (node.isArray() || node.isMissingNode() || node.isNull()) {
            return node;
        }
        throw RemoteException.invalid(field + " is " + ServerText.shown(node.toString()) + ", expected a list");
    }

    private static JsonNode tree(Buffer body) throws RemoteException {
        try {
            JsonNode tree = READER.readTree(body.getBytes());
            if (tree.isObject()) {
                return tree;
            }
        } catch (IOException e) {
            throw RemoteException.invalid("its reply is not JSON: " + ServerText.shown(HttpExchange.firstLine(e)));
        }
        throw RemoteException.invalid("its reply is no JSON object");
    }
}
