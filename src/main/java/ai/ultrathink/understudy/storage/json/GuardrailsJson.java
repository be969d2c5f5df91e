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

/** Guardrails as they are kept: {@code {"alpha": 0.01, "agreement": {"limit": 0.85, "minimum_samples": 100, "action": null}, …}}. */
public final class GuardrailsJson {

    private GuardrailsJson() {}

    public static JsonObject write(Guardrails guardrails) {
        JsonObject json = new JsonObject().put("alpha", guardrails.alpha());
        for (Guardrail guardrail : guardrails.each()) {
            GuardrailAction remedy = guardrail.action();
            json.put(
                    guardrail.metric().wireName(),
                    new JsonObject()
                            .put("limit", guardrail.limit())
                            .put("minimum_samples", guardrail.minimumSamples())
                            .put("action", remedy == null ? null : remedy.wireName()));
        }
        return json;
    }

    /** Tests from before there were guardrails have the usual ones. */
    public static Guardrails read(@Nullable String text) {
        if (text == null) {
            return Guardrails.USUAL;
        }
        try {
            return read(new JsonObject(text));
        } catch (InvalidValueException e) {
            throw e;
        } catch (RuntimeException e) {
            // no JSON object, or one that lacks something or has it as something else
            throw new InvalidValueException("guardrails", text, "an object as this service writes it");
        }
    }

    private static Guardrails read(JsonObject json) {
        List<Guardrail> each = new ArrayList<>();
        for (GuardrailMetric metric : GuardrailMetric.values()) {
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
