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
 * Up if the experiments are known, and also if the database does not answer: control serves then. So a replica that
 * starts with a healthy database takes no traffic before it knows its experiments, and a database outage, at the start
 * or later, takes no replica out of service. A database that answers but has no usable schema does.
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

    /** The experiments whose rows cannot be read, up to a number. */
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
