package ai.ultrathink.understudy.storage.json;

import ai.ultrathink.understudy.evidence.GuardrailSnapshot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON columns of {@code ab_test_history}. */
public final class HistoryJson {

    private HistoryJson() {}

    public static JsonArray write(List<GuardrailSnapshot> guardrails) {
        JsonArray json = new JsonArray();
        guardrails.forEach(each -> json.add(new JsonObject()
                .put("measure", each.measure())
                .put("state", each.state())
                .put("limit", each.limit())
                .put("samples", each.samples())
                .put("estimate", each.estimate())
                .put("lower", each.lower())
                .put("upper", each.upper())
                .put("log_e", each.logE())
                .put("threshold", each.threshold())));
        return json;
    }

    public static List<GuardrailSnapshot> read(JsonArray guardrails) {
        return guardrails.stream()
                .map(JsonObject.class::cast)
                .map(json -> new GuardrailSnapshot(
                        json.getString("measure"),
                        json.getString("state"),
                        json.getDouble("limit"),
                        json.getLong("samples"),
                        json.getDouble("estimate"),
                        json.getDouble("lower"),
                        json.getDouble("upper"),
                        json.getDouble("log_e"),
                        json.getDouble("threshold")))
                .toList();
    }

    public static List<String> sentences(JsonArray sentences) {
        return sentences.stream().map(String.class::cast).toList();
    }

    public static @Nullable List<String> sentencesOrNull(@Nullable JsonArray sentences) {
        return sentences == null ? null : sentences(sentences);
    }
}
