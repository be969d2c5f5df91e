package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Holding;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.ShadowStage;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** States of ramps as stored JSON, such as {@code {"state": "holding", "step": 2, "since": "…", "generation": 4}}. */
final class RampStateJson {

    private RampStateJson() {}

    static String write(RampState state) {
        return json(state).encode();
    }

    static RampState read(String text) {
        return read(new JsonObject(text));
    }

    private static JsonObject json(RampState state) {
        JsonObject json = new JsonObject().put("state", state.wireName());
        return switch (state) {
            case Stage stage ->
                json.put("step", stage.number())
                        .put("since", stage.since().toString())
                        .put("generation", stage.generation());
            case AwaitingApproval awaiting -> ended(json, awaiting.stage(), awaiting.since());
            case Paused paused ->
                json.put("before", json(paused.before()))
                        .put("since", paused.since().toString())
                        .put("why", paused.why());
            case Finished finished -> ended(json, finished.stage(), finished.since());
            case Aborted aborted ->
                ended(json, aborted.stage(), aborted.since()).put("why", aborted.why());
        };
    }

    private static JsonObject ended(JsonObject json, Stage stage, Instant since) {
        return json.put("stage", json(stage)).put("since", since.toString());
    }

    private static RampState read(JsonObject json) {
        Instant since = Instant.parse(json.getString("since"));
        String name = json.getString("state");
        return switch (name) {
            case ShadowStage.NAME, Holding.NAME -> stage(json);
            case AwaitingApproval.NAME -> new AwaitingApproval(stage(json.getJsonObject("stage")), since);
            case Paused.NAME -> new Paused(advancing(json.getJsonObject("before")), since, json.getString("why"));
            case Finished.NAME -> new Finished(stage(json.getJsonObject("stage")), since);
            case Aborted.NAME -> new Aborted(stage(json.getJsonObject("stage")), since, json.getString("why"));
            default -> throw new IllegalArgumentException("a ramp cannot be " + name);
        };
    }

    private static Advancing advancing(JsonObject json) {
        return read(json) instanceof Advancing advancing ? advancing : stage(json);
    }

    private static Stage stage(JsonObject json) {
        Instant since = Instant.parse(json.getString("since"));
        int number = json.getInteger("step");
        long generation = json.getLong("generation");
        return number == 0 ? new ShadowStage(since, generation) : new Holding(number, since, generation);
    }
}
