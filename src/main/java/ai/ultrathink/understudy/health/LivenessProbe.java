package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.inference.Models;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Whether the process can recover by itself. It is called on an event loop, so a response shows that the loop runs.
 * Down only if every inference thread is lost, which needs a restart.
 */
@Liveness
@ApplicationScoped
class LivenessProbe implements AsyncHealthCheck {

    private final Models models;

    LivenessProbe(Models models) {
        this.models = models;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom()
                .item(() -> HealthCheckResponse.named("inference threads")
                        .status(models.alive())
                        .withData("stuck", models.stuckThreads())
                        .withData("ended", models.endedThreads())
                        .build());
    }
}
