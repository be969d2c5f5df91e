package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.fleet.Fleet;
import ai.ultrathink.understudy.storage.db.Schema;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Down while this replica lacks the version of a model that the others serve, with the models and the reasons; also
 * until it has read which versions they serve, unless the database does not answer.
 */
@Readiness
@ApplicationScoped
class FleetProbe implements AsyncHealthCheck {

    private final Fleet fleet;
    private final Schema schema;

    FleetProbe(Fleet fleet, Schema schema) {
        this.fleet = fleet;
        this.schema = schema;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        Map<String, String> problems = fleet.problems();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("fleet")
                .status(problems.isEmpty() && (fleet.joined() || schema.databaseAway()))
                .withData("joined", fleet.joined())
                .withData("replicas", fleet.alive().size());
        problems.forEach(response::withData);
        return response.build();
    }
}
