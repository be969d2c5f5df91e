package ai.ultrathink.understudy.storage.json;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Guardrails as stored: {@code {"alpha": 0.01, "agreement": {"limit": 0.85, "minimum_samples": 100, "action": null},
 * …}}.
 */
public final class GuardrailsJson {

    private GuardrailsJson() {}

    public static JsonObject write(Guardrails guardrails) {
        JsonObject json = new JsonObject().put("alpha", guardrails.alpha());
        for (Guardrail guardrail : guardrails.each()) {
            GuardrailAction action = guardrail.action();
            json.put(
                    guardrail.metric().wireName(),
                    new JsonObject()
                            .put("limit", guardrail.limit())
                            .put("minimum_samples", guardrail.minimumSamples())
                            .put("action", action == null ? null : action.wireName()));
        }
        return json;
    }

    /** Reads guardrails. Experiments stored before there were guardrails get the default ones. */
    public static Guardrails read(@Nullable String text) {
        if (text == null) {
            return Guardrails.USUAL;
        }
        try {
            return read(new JsonObject(text));
        } catch (InvalidValueException e) {
            throw e;
        } catch (RuntimeException e) {
            // not a JSON object, or one with missing fields or wrong types
            throw new InvalidValueException("guardrails", text, "an object as this service writes it");
        }
    }

    private static Guardrails read(JsonObject json) {
        List<Guardrail> each = new ArrayList<>();
        for (GuardrailMetric metric : GuardrailMetric.OF_EVERY_EXPERIMENT) {
            JsonObject guardrail = json.getJsonObject(metric.wireName());
            if (guardrail != null) {
                String action = guardrail.getString("action");
                each.add(new Guardrail(
                        metric,
                        guardrail.getDouble("limit"),
                        guardrail.getLong("minimum_samples"),
                        action == null ? null : GuardrailAction.of("action", action)));
            }
        }
        return new Guardrails(json.getDouble("alpha"), each);
    }
}
