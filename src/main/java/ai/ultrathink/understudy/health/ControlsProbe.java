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

/**
 * Down if no model that answers callers passes its probe, because another replica may be able to answer. A failing
 * model is named, and its requests are answered with 503. Requests for other models are answered as usual.
 */
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
        boolean any = false;
        boolean works = false;
        for (ProbeStatus status : probes.status()) {
            if (status.role() == Variant.CONTROL) {
                String failing = status.failing();
                any = true;
                works |= failing == null;
                response.withData(status.model(), failing == null ? "ok" : "failing: " + failing);
            }
        }
        return response.status(works || !any).build();
    }
}
