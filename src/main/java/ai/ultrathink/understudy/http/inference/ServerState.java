package ai.ultrathink.understudy.http.inference;

import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the protocol asks of the server. */
@ApplicationScoped
class ServerState {

    private static final String NAME = "understudy";

    private final SmallRyeHealthReporter health;
    private final ServerView server;

    ServerState(SmallRyeHealthReporter health, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.health = health;
        this.server = new ServerView(NAME, version, List.of("binary_tensor_data"));
    }

    /** Whether the process can serve, as /q/health/live says. */
    Uni<Boolean> live() {
        return up(health.getLivenessAsync());
    }

    /** Whether it is ready for requests, as /q/health/ready says. */
    Uni<Boolean> ready() {
        return up(health.getReadinessAsync());
    }

    private static Uni<Boolean> up(Uni<SmallRyeHealth> reported) {
        return reported.map(state -> !state.isDown());
    }

    ServerView server() {
        return server;
    }
}
