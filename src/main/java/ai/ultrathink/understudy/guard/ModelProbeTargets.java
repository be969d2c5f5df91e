package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.ModelStatus;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The models of this replica as targets of probes, with the golden questions of their cards. */
@ApplicationScoped
class ModelProbeTargets implements ProbeTargets {

    private final Models models;

    ModelProbeTargets(Models models) {
        this.models = models;
    }

    @Override
    public Map<String, Instant> loaded() {
        Map<String, Instant> loaded = new HashMap<>();
        for (ModelStatus status : models.status()) {
            if (status.loadedAt() != null) {
                loaded.put(status.name(), status.loadedAt());
            }
        }
        return loaded;
    }

    @Override
    public long answered(String model, Variant role) {
        return models.answered(model, role);
    }

    @Override
    public Uni<Outcome> ask(String model, Variant role, Duration deadline) {
        return models.probe(model, role, deadline);
    }
}
