package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.ModelsConfig;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down while requests that name no model have none to be answered by; says which it is and what to set. */
@Readiness
@ApplicationScoped
class DefaultModelProbe implements AsyncHealthCheck {

    private final Models models;
    private final CatalogFollower experiments;
    private final String name;

    DefaultModelProbe(Models models, CatalogFollower experiments, ModelsConfig config) {
        this.models = models;
        this.experiments = experiments;
        this.name = config.defaultModel();
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        // another model may have been promoted to its name
        String serving = experiments.current().serving(name);
        boolean loaded = models.find(serving).isPresent();
        return HealthCheckResponse.named("default model")
                .status(loaded)
                .withData(serving, loaded ? "loaded" : missing(serving))
                .build();
    }

    private String missing(String serving) {
        return "not loaded; GET /api/v1/models says why. It answers the requests that name no model"
                + (serving.equals(name)
                        ? "; UNDERSTUDY_MODELS_DEFAULT_MODEL names another, of " + String.join(", ", models.names())
                        : ", in the place of " + name);
    }
}
