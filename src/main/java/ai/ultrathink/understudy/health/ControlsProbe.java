package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.ProbeStatus;
import ai.ultrathink.understudy.guard.Probes;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Down while a model that answers callers fails its probe: another replica may do better. */
@Readiness
@ApplicationScoped
class ControlsProbe implements AsyncHealthCheck {

    private final Probes probes;

    ControlsProbe(Probes probes) {
        this.probes = probes;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("controls");
        boolean up = true;
        for (ProbeStatus status : probes.status()) {
            if (status.role() == Variant.CONTROL) {
                String failing = status.failing();
                up &= failing == null;
                response.withData(status.model(), failing == null ? "ok" : "failing: " + failing);
            }
        }
        return response.status(up).build();
    }
}
