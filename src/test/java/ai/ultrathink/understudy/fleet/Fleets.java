package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.replica.WantedModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the database may say of a fleet with one model. */
final class Fleets {

    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    static final String MODEL = "bull";
    static final ModelVersion OLD = new ModelVersion(MODEL, "1", "a".repeat(64));
    static final ModelVersion NEW = new ModelVersion(MODEL, "2", "b".repeat(64));

    private Fleets() {}

    /** Serves the old version; its folder has it, too. */
    static ModelInMemory old() {
        return new ModelInMemory(MODEL, OLD, null, OLD.digest(), false, null);
    }

    /** Serves the old version and could serve the new. */
    static ModelInMemory ready() {
        return new ModelInMemory(MODEL, OLD, NEW, NEW.digest(), false, null);
    }

    static ModelInMemory loading() {
        return new ModelInMemory(MODEL, OLD, null, NEW.digest(), false, null);
    }

    static ModelInMemory failed() {
        return new ModelInMemory(MODEL, OLD, null, NEW.digest(), false, "NaN");
    }

    static ModelInMemory switched() {
        return new ModelInMemory(MODEL, NEW, null, NEW.digest(), false, null);
    }

    /** Does not answer, because another version is wanted. */
    static ModelInMemory withheld(ModelVersion has) {
        return new ModelInMemory(MODEL, null, has, has.digest(), false, null);
    }

    static ModelInMemory gone() {
        return new ModelInMemory(MODEL, OLD, null, null, true, "its folder was removed");
    }

    static ReplicaState replica(String name, ModelInMemory... models) {
        return silent(name, Duration.ZERO, models);
    }

    static ReplicaState silent(String name, Duration since, ModelInMemory... models) {
        return new ReplicaState(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                name,
                NOW.minus(since),
                List.of(models),
                null);
    }

    /** A reload to the new version that has so long to go. */
    static Reload reload(Duration left) {
        return reload(left, new ReloadTarget(MODEL, NEW));
    }

    static Reload reload(Duration left, ReloadTarget... targets) {
        return new Reload(
                UUID.nameUUIDFromBytes(new byte[1]),
                "ada",
                "one",
                NOW.minusSeconds(1),
                NOW.plus(left),
                Reload.State.LOADING,
                null,
                null,
                List.of(targets),
                List.of());
    }

    static FleetState fleet(@Nullable Reload open, ReplicaState... replicas) {
        return new FleetState(NOW, List.of(wanted(OLD)), List.of(replicas), open);
    }

    static FleetState wanting(ModelVersion version, ReplicaState... replicas) {
        return new FleetState(NOW, List.of(wanted(version)), List.of(replicas), null);
    }

    static WantedModel wanted(ModelVersion version) {
        return new WantedModel(MODEL, version, NOW.minusSeconds(60), "ada");
    }
}
