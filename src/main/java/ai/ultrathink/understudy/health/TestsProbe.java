package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Up when the tests have been known once. A database that goes away later does not take the replica out of service. */
@Startup
@Readiness
@ApplicationScoped
class TestsProbe implements AsyncHealthCheck {

    private final ExperimentRegistry experiments;

    TestsProbe(ExperimentRegistry experiments) {
        this.experiments = experiments;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom()
                .item(() -> HealthCheckResponse.named("tests")
                        .status(experiments.known())
                        .withData("version", experiments.current().version())
                        .withData("tests", experiments.current().all().size())
                        .build());
    }
}
