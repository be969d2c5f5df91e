package ai.ultrathink.understudy.storage.json;

import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An outcome plan as stored, with the names that the API has. PostgreSQL reads positions, clip, cost, block, horizon
 * and holidays from it.
 */
public final class OutcomePlanJson {

    private OutcomePlanJson() {}

    public static @Nullable JsonObject write(@Nullable OutcomePlan plan) {
        if (plan == null) {
            return null;
        }
        JsonObject positions = new JsonObject();
        plan.positions().forEach(positions::put);
        JsonObject json = new JsonObject()
                .put("positions", positions)
                .put("cost", plan.cost())
                .put("clip", plan.clip())
                .put("block", OutcomePlan.text(plan.block()))
                .put("horizon", OutcomePlan.text(plan.horizon()))
                .put("limit", plan.limit())
                .put("action", plan.action().wireName())
                .put("promote", plan.promote().wireName())
                .put("alpha", plan.alpha());
        if (!plan.holidays().isEmpty()) {
            JsonArray days = new JsonArray();
            plan.holidays().forEach(day -> days.add(day.toString()));
            json.put("holidays", days);
        }
        return json;
    }

    /** Reads a plan. Most experiments have none. */
    public static @Nullable OutcomePlan read(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return read(new JsonObject(text));
        } catch (InvalidValueException e) {
            throw e;
        } catch (RuntimeException e) {
            // not a JSON object, or one with missing fields or wrong types
            throw new InvalidValueException("outcome", text, "an object as this service writes it");
        }
    }

    private static OutcomePlan read(JsonObject json) {
        Map<String, Double> positions = new TreeMap<>();
        JsonObject given = json.getJsonObject("positions");
        for (String action : given.fieldNames()) {
            positions.put(action, given.getDouble(action));
        }
        return new OutcomePlan(
                positions,
                json.getDouble("cost"),
                json.getDouble("clip"),
                Duration.parse(json.getString("block")),
                Duration.parse(json.getString("horizon")),
                json.getDouble("limit"),
                GuardrailAction.of("outcome.action", json.getString("action")),
                OutcomePromotion.of(json.getString("promote")),
                json.getDouble("alpha"),
                json.getJsonArray("holidays", new JsonArray()).stream()
                        .map(day -> LocalDate.parse((String) day))
                        .collect(Collectors.toSet()));
    }
}
