package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.storage.db.Schema;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Up when the tests are known, and also when they cannot be, because the database does not answer: control serves then. So a
 * replica that starts beside a sound database takes no traffic before it knows its tests, and a database that is away, at the
 * start or later, takes no replica out of service. One that answers, and in which the tests cannot be kept, does.
 */
@Startup
@Readiness
@ApplicationScoped
class ExperimentsProbe implements AsyncHealthCheck {

    private static final int MOST_NAMED = 10;

    private final CatalogFollower experiments;
    private final Schema schema;

    ExperimentsProbe(CatalogFollower experiments, Schema schema) {
        this.experiments = experiments;
        this.schema = schema;
    }

    /** The tests that are out of use because their rows make no sense; the first of them, where they are many. */
    private String unreadable() {
        Set<String> testIds = experiments.current().unreadable().keySet();
        String named = testIds.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining(", "));
        return testIds.size() > MOST_NAMED ? named + " and " + (testIds.size() - MOST_NAMED) + " more" : named;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        return HealthCheckResponse.named("tests")
                .status(experiments.known() || schema.databaseAway())
                .withData("known", experiments.known())
                .withData("fenced", experiments.fenced())
                .withData("version", experiments.current().version())
                .withData("tests", experiments.current().all().size())
                .withData("unreadable", unreadable())
                .withData(
                        "schema",
                        experiments.known() ? "in place" : schema.problem().orElse("in place"))
                .build();
    }
}
