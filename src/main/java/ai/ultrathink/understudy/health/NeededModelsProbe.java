package ai.ultrathink.understudy.health;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.inference.Models;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Down while a model that has to answer callers is not loaded: the control of an enabled experiment, or a promoted
 * model. A missing treatment is only shown, since control answers in its place.
 */
@Readiness
@ApplicationScoped
class NeededModelsProbe implements AsyncHealthCheck {

    private final CatalogFollower experiments;
    private final Models models;

    NeededModelsProbe(CatalogFollower experiments, Models models) {
        this.experiments = experiments;
        this.models = models;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(this::check);
    }

    private HealthCheckResponse check() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("needed models");
        if (!models.loaded()) {
            return response.up().build();
        }
        Catalog catalog = experiments.current();
        boolean up = true;
        for (Promotion promotion : catalog.promotions()) {
            up &= answers(response, "promotion of " + promotion.model(), catalog, promotion.model());
        }
        for (Experiment experiment : catalog.all()) {
            if (experiment.enabled()) {
                up &= answers(response, "control of " + experiment.testId(), catalog, experiment.controlModel());
                if (models.find(experiment.treatmentModel()).isEmpty()) {
                    response.withData(
                            "treatment of " + experiment.testId(),
                            "model " + experiment.treatmentModel() + " is not loaded; control answers in its place");
                }
            }
        }
        return response.status(up).build();
    }

    private boolean answers(HealthCheckResponseBuilder response, String who, Catalog catalog, String model) {
        if (models.find(catalog.serving(model)).isPresent()) {
            return true;
        }
        response.withData(who, catalog.servingInWords(model) + " is not loaded");
        return false;
    }
}
