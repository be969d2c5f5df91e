package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.inference.ModelUse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The models of running experiments, whose actions are compared with each other and with those of earlier results. */
@ApplicationScoped
class ModelsOnTrial implements ModelUse {

    private final CatalogFollower experiments;

    ModelsOnTrial(CatalogFollower experiments) {
        this.experiments = experiments;
    }

    @Override
    public Optional<String> needsActions(String model) {
        Catalog catalog = experiments.current();
        return experiments.readable().stream()
                .filter(Experiment::running)
                .filter(experiment -> experiment.treatmentModel().equals(model)
                        || catalog.serving(experiment.controlModel()).equals(model))
                .map(experiment -> "test " + experiment.testId())
                .findFirst();
    }
}
