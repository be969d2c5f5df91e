package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.RolesInUse;
import ai.ultrathink.understudy.inference.ModelsConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads from the current catalog which models are used as control and which as treatment. */
@ApplicationScoped
class CatalogRoles implements RolesInUse {

    private final CatalogFollower experiments;
    private final String defaultModel;

    CatalogRoles(CatalogFollower experiments, ModelsConfig config) {
        this.experiments = experiments;
        this.defaultModel = config.defaultModel();
    }

    /** The default model and the control models of enabled experiments; after a promotion the model that answers in their place. */
    @Override
    public Set<String> controls() {
        Catalog catalog = experiments.current();
        Stream<String> tested =
                catalog.all().stream().filter(Experiment::enabled).map(Experiment::controlModel);
        return Stream.concat(Stream.of(defaultModel), tested)
                .map(catalog::serving)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<String> treatments() {
        return experiments.current().all().stream()
                .filter(Experiment::running)
                .map(Experiment::treatmentModel)
                .collect(Collectors.toUnmodifiableSet());
    }
}
