package ai.ultrathink.understudy.testkit;

import ai.ultrathink.understudy.testkit.OipServer.Deed;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** The REST side of {@link OipServer}. */
final class OipRest {

    private static final String LENGTH = "Inference-Header-Content-Length";

    private final OipServer server;

    OipRest(OipServer server) {
        this.server = server;
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why, null, false, false);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Refused(otherwise);
        }
    }

    void handle(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        String model = "/v2/models/" + OipServer.MODEL;
        String versioned = model + "/versions/" + server.version();
        if (path.equals("/v2")) {
            JsonArray extensions = server.binary() ? new JsonArray().add("binary_tensor_data") : new JsonArray();
            answer(
                    request,
                    200,
                    new JsonObject().put("name", "strict").put("version", "1.0").put("extensions", extensions));
        } else if (path.equals(model) || path.equals(versioned)) {
            answer(request, 200, metadata());
        } else if (path.equals(model + "/infer") || path.equals(versioned + "/infer")) {
            request.body().onSuccess(body -> infer(request, body));
        } else {
            answer(request, 404, new JsonObject().put("error", "no model at " + path));
        }
    }

    private JsonObject metadata() {
        return new JsonObject()
                .put("name", OipServer.MODEL)
                .put("versions", new JsonArray().add(server.version()))
                .put("platform", "echo_v1")
                .put("inputs", new JsonArray().add(tensor("x", server.datatype(), server.columns())))
                .put("outputs", new JsonArray().add(tensor("p", "FP32", 3)));
    }

    private JsonObject tensor(String name, String datatype, int columns) {
        return new JsonObject()
                .put("name", name)
                .put("datatype", datatype)
                .put("shape", new JsonArray().add(server.firstDimension()).add(columns));
    }

    private void infer(HttpServerRequest request, Buffer body) {
        try {
            float[] values = values(request, body);
            int rows = values.length / server.columns();
            String refused = server.refuses(values);
            if (server.misbehaves(request, Buffer.buffer("{\"model_name\":").getBytes())) {
                return;
            }
            switch (server.deed()) {
                case BUSY -> answer(request, 503, new JsonObject().put("error", "the model is loading"));
                case TOO_MANY -> answer(request, 429, new JsonObject().put("error", "too many requests"));
                case BROKEN -> answer(request, 500, new JsonObject().put("error", refused));
                case ERROR_AS_ANSWER -> answer(request, 200, new JsonObject().put("error", "out of memory"));
                case NO_LIST ->
                    answer(request, 200, new JsonObject().put("outputs", new JsonObject().put("p", new JsonObject())));
                case GARBAGE -> request.response().end("<html>not what you asked for</html>");
                case LONG -> request.response().end(" ".repeat(1 << 20));
                case REDIRECT ->
                    request.response()
                            .setStatusCode(302)
                            .putHeader("location", "http://127.0.0.1:1/v2")
                            .end();
                default -> {
                    require(refused.isEmpty(), refused);
                    reply(request, head(body, request), rows, server.answer(values));
                }
            }
        } catch (Refused | DecodeException | ClassCastException e) {
            answer(request, 400, new JsonObject().put("error", e.getMessage()));
        }
    }

    private static JsonObject head(Buffer body, HttpServerRequest request) {
        String length = request.getHeader(LENGTH);
        return new JsonObject(length == null ? body : body.getBuffer(0, Integer.parseInt(length)));
    }

    private float[] values(HttpServerRequest request, Buffer body) {
        boolean binary = request.getHeader(LENGTH) != null;
        require(
                (binary ? "application/octet-stream" : "application/json").equals(request.getHeader("content-type")),
                "content-type is " + request.getHeader("content-type"));
        require(!binary || server.binary(), "binary tensors are not known");
        JsonObject head = head(body, request);
        require(Set.of("id", "inputs", "outputs").containsAll(head.fieldNames()), "fields are " + head.fieldNames());
        require(head.getJsonArray("inputs").size() == 1, "there is one input");
        JsonObject input = head.getJsonArray("inputs").getJsonObject(0);
        require(input.getString("name").equals("x"), "the input is x");
        require(input.getString("datatype").equals(server.datatype()), "the input is " + server.datatype());
        JsonArray shape = input.getJsonArray("shape");
        require(shape.size() == 2 && shape.getInteger(1) == server.columns(), "shape is " + shape);
        int count = shape.getInteger(0) * server.columns();
        float[] values = new float[count];
        if (binary) {
            int from = Integer.parseInt(request.getHeader(LENGTH));
            int size = input.getJsonObject("parameters").getInteger("binary_data_size");
            require(size == body.length() - from && size == count * Float.BYTES, "size is " + size);
            for (int i = 0; i < count; i++) {
                values[i] = Float.intBitsToFloat(body.getIntLE(from + i * Float.BYTES));
            }
        } else {
            JsonArray data = input.getJsonArray("data");
            require(data.size() == count, "there are " + data.size() + " numbers");
            for (int i = 0; i < count; i++) {
                values[i] = data.getDouble(i).floatValue();
            }
        }
        return values;
    }

    private void reply(HttpServerRequest request, JsonObject asked, int rows, float[] answer) {
        Deed deed = server.deed();
        boolean bytes = server.binary()
                && asked.getJsonArray("outputs")
                        .getJsonObject(0)
                        .getJsonObject("parameters")
                        .getBoolean("binary_data");
        Buffer tensors = Buffer.buffer();
        JsonArray data = new JsonArray();
        int count = deed == Deed.TOO_FEW ? answer.length - 1 : answer.length;
        for (int i = 0; i < count; i++) {
            tensors.appendIntLE(Float.floatToRawIntBits(answer[i]));
            if (!bytes) {
                data.add(answer[i]);
            }
        }
        JsonObject output = new JsonObject()
                .put("name", "p")
                .put("datatype", deed == Deed.WRONG_TYPE ? "INT64" : "FP32")
                .put("shape", new JsonArray().add(rows).add(deed == Deed.WRONG_SHAPE ? 4 : 3));
        if (bytes) {
            output.put("parameters", new JsonObject().put("binary_data_size", tensors.length()));
        } else {
            output.put("data", data);
        }
        String json = new JsonObject()
                .put("id", deed == Deed.WRONG_ID ? "another" : asked.getString("id"))
                .put("model_name", deed == Deed.OTHER_MODEL ? "other" : OipServer.MODEL)
                .put("model_version", deed == Deed.OTHER_VERSION ? "99" : server.version())
                .put("outputs", new JsonArray().add(output))
                .encode();
        request.response().putHeader("server-timing", "cache;desc=hit, infer;dur=1.5");
        if (bytes) {
            request.response()
                    .putHeader("content-type", "application/octet-stream")
                    .putHeader(LENGTH, Integer.toString(json.length()))
                    .end(Buffer.buffer(json).appendBuffer(tensors));
        } else {
            request.response().putHeader("content-type", "application/json").end(json);
        }
    }

    private static void answer(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.encode());
    }
}
