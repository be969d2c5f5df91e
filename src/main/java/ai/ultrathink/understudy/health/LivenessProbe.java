package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.inference.Models;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Whether the process can go on by itself. Asked on an event loop, so an answer at all says that the loop turns; down only
 * when every inference thread is lost, which nothing but a restart mends.
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
