package ai.ultrathink.understudy.storage.json;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.ReloadProgress;
import ai.ultrathink.understudy.replica.ReloadTarget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** State of replicas and reloads as JSON columns. */
public final class FleetJson {

    private FleetJson() {}

    public static JsonArray models(List<ModelInMemory> models) {
        return array(
                models,
                model -> new JsonObject()
                        .put("model", model.name())
                        .put("serving", version(model.serving()))
                        .put("ready", version(model.ready()))
                        .put("folder", model.folder())
                        .put("gone", model.gone())
                        .put("problem", model.problem()));
    }

    public static List<ModelInMemory> models(JsonArray models) {
        return list(models, json -> {
            String model = json.getString("model");
            return new ModelInMemory(
                    model,
                    version(model, json.getJsonObject("serving")),
                    version(model, json.getJsonObject("ready")),
                    json.getString("folder"),
                    json.getBoolean("gone"),
                    json.getString("problem"));
        });
    }

    public static JsonArray targets(List<ReloadTarget> targets) {
        return array(
                targets,
                target -> new JsonObject().put("model", target.model()).put("version", version(target.version())));
    }

    public static List<ReloadTarget> targets(JsonArray targets) {
        return list(targets, json -> {
            String model = json.getString("model");
            return new ReloadTarget(model, version(model, json.getJsonObject("version")));
        });
    }

    public static JsonArray progress(List<ReloadProgress> progress) {
        return array(
                progress,
                one -> new JsonObject()
                        .put("replica", one.replica())
                        .put("model", one.model())
                        .put("state", one.state())
                        .put("detail", one.detail()));
    }

    public static List<ReloadProgress> progress(@Nullable JsonArray progress) {
        return progress == null
                ? List.of()
                : list(
                        progress,
                        json -> new ReloadProgress(
                                json.getString("replica"),
                                json.getString("model"),
                                json.getString("state"),
                                json.getString("detail")));
    }

    private static @Nullable JsonObject version(@Nullable ModelVersion version) {
        return version == null
                ? null
                : new JsonObject().put("version", version.version()).put("digest", version.digest());
    }

    private static @Nullable ModelVersion version(String model, @Nullable JsonObject json) {
        return json == null ? null : new ModelVersion(model, json.getString("version"), json.getString("digest"));
    }

    private static <T> JsonArray array(List<T> values, Function<T, JsonObject> json) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(json.apply(value)));
        return array;
    }

    private static <T> List<T> list(JsonArray array, Function<JsonObject, T> value) {
        return array.stream().map(JsonObject.class::cast).map(value).toList();
    }
}
