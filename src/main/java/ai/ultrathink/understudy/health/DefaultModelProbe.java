package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.ModelsConfig;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down while the default model is not loaded; its data name the model and the setting. */
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
        return "not loaded; GET /api/v1/models says why. It answers requests that name no model"
                + (serving.equals(name)
                        ? "; set UNDERSTUDY_MODELS_DEFAULT_MODEL to another one of " + String.join(", ", models.names())
                        : ", in place of " + name);
    }
}
