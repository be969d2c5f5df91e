package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.inference.ModelStatus;
import ai.ultrathink.understudy.inference.Models;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Up if the models directory has been read and at least one model answers. */
@Startup
@Readiness
@ApplicationScoped
class ModelsProbe implements AsyncHealthCheck {

    private final Models models;

    ModelsProbe(Models models) {
        this.models = models;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("models")
                .status(models.loaded() && !models.names().isEmpty());
        for (ModelStatus status : models.status()) {
            response.withData(status.name(), status.state().name().toLowerCase(Locale.ROOT));
        }
        return response.build();
    }
}
