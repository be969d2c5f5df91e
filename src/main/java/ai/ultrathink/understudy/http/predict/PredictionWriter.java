package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.trial.Reply;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes the response of a prediction, field by field. */
final class PredictionWriter {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int TYPICAL_BYTES = 512;

    private PredictionWriter() {}

    static byte[] write(Reply.Served served) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            write(json, served);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Reply.Served served) throws IOException {
        Answer answer = served.answered().answer();
        json.writeStartObject();
        json.writeStringField("request_id", served.request().requestId());
        json.writeStringField("symbol", served.request().symbol());
        json.writeStringField("action", answer.action());
        json.writeNumberField("confidence", answer.confidence());
        json.writeObjectFieldStart("action_probabilities");
        Actions actions = answer.actions();
        for (int i = 0; i < actions.size(); i++) {
            json.writeNumberField(actions.name(i), answer.probability(i));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("metadata");
        json.writeStringField("model", served.answered().model());
        json.writeStringField("model_version", served.answered().version());
        json.writeStringField("model_digest", served.answered().by().shownDigest());
        // microseconds are precise enough
        json.writeNumberField("latency_ms", TimeUnit.NANOSECONDS.toMicros(served.latencyNanos()) / 1e3);
        json.writeStringField("timestamp", served.time().toString());
        json.writeFieldName("ab_test");
        write(json, served.placement());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Reply.@Nullable Placement placement) throws IOException {
        if (placement == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("test_id", placement.testId());
        json.writeStringField("assigned_group", placement.assigned().wireName());
        json.writeStringField("served_by", placement.servedBy().wireName());
        json.writeBooleanField("shadow_mode", placement.shadowMode());
        json.writeNumberField("generation", placement.generation());
        if (placement.fallback() == null) {
            json.writeNullField("fallback");
        } else {
            json.writeStringField("fallback", placement.fallback().toldAs());
        }
        json.writeEndObject();
    }
}
