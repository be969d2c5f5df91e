package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.storage.ReloadTarget;
import ai.ultrathink.understudy.storage.StoredFleet;
import ai.ultrathink.understudy.storage.StoredReload;
import ai.ultrathink.understudy.storage.StoredReplica;
import ai.ultrathink.understudy.storage.WantedModel;
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
        return new ModelInMemory(MODEL, OLD, null, null, true, "its folder is gone");
    }

    static StoredReplica replica(String name, ModelInMemory... models) {
        return silent(name, Duration.ZERO, models);
    }

    static StoredReplica silent(String name, Duration since, ModelInMemory... models) {
        return new StoredReplica(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), name, NOW.minus(since), List.of(models));
    }

    /** A reload to the new version that has so long to go. */
    static StoredReload reload(Duration left) {
        return reload(left, new ReloadTarget(MODEL, NEW));
    }

    static StoredReload reload(Duration left, ReloadTarget... targets) {
        return new StoredReload(
                UUID.nameUUIDFromBytes(new byte[1]),
                "ada",
                "one",
                NOW.minusSeconds(1),
                NOW.plus(left),
                StoredReload.State.LOADING,
                null,
                null,
                List.of(targets),
                List.of());
    }

    static StoredFleet fleet(@Nullable StoredReload open, StoredReplica... replicas) {
        return new StoredFleet(NOW, List.of(wanted(OLD)), List.of(replicas), open);
    }

    static StoredFleet wanting(ModelVersion version, StoredReplica... replicas) {
        return new StoredFleet(NOW, List.of(wanted(version)), List.of(replicas), null);
    }

    static WantedModel wanted(ModelVersion version) {
        return new WantedModel(MODEL, version, NOW.minusSeconds(60), "ada");
    }
}
