package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Probes;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.ModelsConfig;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the experiment that applies to a request, its models and the request's group, all in one catalog. */
@ApplicationScoped
class Router {

    private final CatalogFollower experiments;
    private final Models models;
    private final Probes probes;
    private final String defaultModel;

    Router(CatalogFollower experiments, Models models, Probes probes, ModelsConfig config) {
        this.experiments = experiments;
        this.models = models;
        this.probes = probes;
        this.defaultModel = config.defaultModel();
    }

    Route route(PredictionRequest request) {
        Catalog catalog = experiments.current();
        String testId = request.testId();
        if (testId == null) {
            String asked = request.model() == null ? defaultModel : request.model();
            return to(request, catalog, catalog.applyingTo(asked).orElse(null), asked);
        }
        if (!experiments.known()) {
            return untested(request, catalog);
        }
        Optional<Experiment> experiment = catalog.find(testId);
        if (experiment.isEmpty()) {
            return new Route.Refused(new Reply.UnknownExperiment(testId));
        }
        String control = experiment.get().controlModel();
        if (request.model() != null && !request.model().equals(control)) {
            return unfit("model: got \"" + request.model() + "\"; allowed: \"" + control
                    + "\", the control model of test " + testId + ", or no model at all");
        }
        // an experiment that cannot be read does not apply; its control answers as if none had been named
        return to(request, catalog, catalog.unreadable().containsKey(testId) ? null : experiment.get(), control);
    }

    /** Without the database it is not known which model is control of the experiment, unless the request says so itself. */
    private Route untested(PredictionRequest request, Catalog catalog) {
        return request.model() == null
                ? new Route.Refused(new Reply.Unavailable("the tests are not known yet, because the database has not"
                        + " answered since the start; name the control model in \"model\" to be answered by it"))
                : to(request, catalog, null, request.model());
    }

    private Route to(PredictionRequest request, Catalog catalog, @Nullable Experiment experiment, String asked) {
        Optional<Predictor> control = models.find(catalog.serving(asked));
        if (control.isEmpty()) {
            return new Route.Refused(
                    request.model() == null && request.testId() == null
                            ? missingDefault(catalog)
                            : missing(catalog, asked));
        }
        int inputSize = control.get().inputSize();
        if (request.features().size() != inputSize) {
            return unfit("features: got " + request.features().size() + " numbers; allowed: exactly " + inputSize
                    + ", the input size of model " + asked);
        }
        Predictor answering = probes.wrong(control.get().name())
                .<Predictor>map(reason -> new UnusableModel(control.get(), reason))
                .orElse(control.get());
        if (experiment == null) {
            return new Route.Plain(answering, null);
        }
        return experiment.symbols().include(request.symbol())
                ? onTrial(request, experiment, answering)
                : new Route.Plain(answering, experiment);
    }

    private Route onTrial(PredictionRequest request, Experiment experiment, Predictor control) {
        return new Route.OnTrial(
                experiment,
                Assignment.draw(experiment, request.unitId()),
                control,
                models.find(experiment.treatmentModel()));
    }

    private Reply missing(Catalog catalog, String model) {
        if (models.loaded() && (models.known(model) || !catalog.serving(model).equals(model))) {
            return new Reply.Unavailable(catalog.servingInWords(model) + " is not loaded; GET /api/v1/models says why");
        }
        return models.loaded()
                ? new Reply.Unfit("model: got \"" + model + "\"; allowed: " + String.join(", ", models.names()))
                : new Reply.Unavailable("the models are still being loaded");
    }

    /** Does not name a field that the request did not send. */
    private Reply missingDefault(Catalog catalog) {
        return new Reply.Unavailable(
                models.loaded()
                        ? "this request names no model, and " + catalog.servingInWords(defaultModel)
                                + " is not loaded; name one of " + String.join(", ", models.names())
                                + " in \"model\", or start the service with another UNDERSTUDY_MODELS_DEFAULT_MODEL"
                        : "the models are still being loaded");
    }

    private static Route unfit(String detail) {
        return new Route.Refused(new Reply.Unfit(detail));
    }
}
