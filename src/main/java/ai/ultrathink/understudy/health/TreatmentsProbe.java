package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.GuardStatus;
import ai.ultrathink.understudy.guard.Guards;
import ai.ultrathink.understudy.guard.ProbeStatus;
import ai.ultrathink.understudy.guard.Probes;
import ai.ultrathink.understudy.inference.Models;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Always up, because control answers in place of a failing treatment; its data name the degraded treatments with
 * reasons, and the state of the worker that runs them.
 */
@Readiness
@ApplicationScoped
class TreatmentsProbe implements AsyncHealthCheck {

    private final Probes probes;
    private final Guards guards;
    private final Models models;

    TreatmentsProbe(Probes probes, Guards guards, Models models) {
        this.probes = probes;
        this.guards = guards;
        this.models = models;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("treatments").up();
        models.worker().ifPresent(state -> response.withData("worker", state));
        for (ProbeStatus status : probes.status()) {
            if (status.role() == Variant.TREATMENT) {
                String failing = status.failing();
                response.withData(status.model(), failing == null ? "ok" : "degraded: " + failing);
            }
        }
        guards.status().forEach((testId, status) -> {
            // closed guards are not shown, because there may be many
            if (status.state() != GuardStatus.State.CLOSED) {
                response.withData(
                        "guard of " + testId, status.state().wireName() + ": " + String.valueOf(status.reason()));
            }
        });
        return response.build();
    }
}
