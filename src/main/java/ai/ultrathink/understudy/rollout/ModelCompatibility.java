package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.Predictor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the two models of an experiment can replace each other, as they are loaded and promoted now. Checked
 * before each use of a treatment, because a reload or a promotion may have changed either.
 *
 * <p>Until the models directory has been read once no model is known, and every check throws a {@link
 * ModelsLoadingException}, because a model that is not loaded yet may exist.
 */
@ApplicationScoped
public class ModelCompatibility {

    private final Models models;

    ModelCompatibility(Models models) {
        this.models = models;
    }

    /**
     * Checks the models of a new experiment: that both exist, are different unless it is an A/A test, take the same
     * features, advise the same actions, and have the pinned versions, and that an outcome plan has a position for each action.
     *
     * @throws InvalidValueException which names the field
     */
    public void requireComparable(Experiment experiment, Catalog catalog) {
        requireLoaded();
        String control = experiment.controlModel();
        String treatment = experiment.treatmentModel();
        requireKnown("control_model", control);
        requireKnown("treatment_model", treatment);
        if (experiment.ofOneName() && !experiment.aa()) {
            throw new InvalidValueException(
                    "treatment_model",
                    treatment,
                    "another model than control_model; or the same one in an A/A test, with \"aa\": true");
        }
        String served = catalog.serving(control);
        if (experiment.ofOneName() && !served.equals(control)) {
            throw new InvalidValueException(
                    "treatment_model",
                    treatment,
                    served + ", which answers for control_model since a promotion, if both models are to be one; GET"
                            + " /api/v1/promotions lists the promotions");
        }
        if (served.equals(treatment) && !experiment.aa()) {
            throw new InvalidValueException(
                    "treatment_model",
                    treatment,
                    "another model than the one that answers for control_model, which is " + served + " for " + control
                            + " since a promotion; GET /api/v1/promotions lists them");
        }
        mismatch(served, treatment).ifPresent(why -> {
            throw new InvalidValueException("treatment_model", treatment, "a model like control: " + why);
        });
        OutcomePlan plan = experiment.outcome();
        if (plan != null) {
            requirePositions(plan, experiment, catalog);
        }
        requireVersion("control_digest", experiment.versions().controlDigest(), served);
        requireVersion("treatment_digest", experiment.versions().treatmentDigest(), treatment);
    }

    /**
     * Checks that a plan has a position for each action of an experiment's models.
     *
     * @throws InvalidValueException which names the action
     */
    public void requirePositions(OutcomePlan plan, Experiment experiment, Catalog catalog) {
        Optional<Actions> actions = actions(experiment, catalog);
        if (actions.isPresent()) {
            plan.requireActions(Set.copyOf(actions.get().names()));
            return;
        }
        // no model says what the actions are: the positions may stay as they are
        OutcomePlan present =
                catalog.find(experiment.testId()).map(Experiment::outcome).orElse(null);
        if (present == null
                || !present.positions().keySet().equals(plan.positions().keySet())) {
            plan.requireActions(Set.copyOf(Actions.USUAL.names()));
        }
    }

    /** The actions of an experiment's models; empty while neither is loaded. */
    public Optional<Actions> actions(Experiment experiment, Catalog catalog) {
        return actions(catalog.serving(experiment.controlModel()), experiment.treatmentModel());
    }

    private Optional<Actions> actions(String control, String treatment) {
        return models.find(control).or(() -> models.find(treatment)).map(Predictor::actions);
    }

    private void requireLoaded() {
        if (!models.loaded()) {
            throw new ModelsLoadingException();
        }
    }

    private void requireKnown(String field, String model) {
        if (!models.known(model)) {
            throw new InvalidValueException(field, model, String.join(", ", models.names()));
        }
    }

    private void requireVersion(String field, @Nullable String pinned, String model) {
        if (pinned == null) {
            return;
        }
        Optional<ModelVersion> serving = models.inMemory().stream()
                .filter(known -> known.name().equals(model))
                .flatMap(known -> Optional.ofNullable(known.serving()).stream())
                .findFirst();
        if (serving.isEmpty()) {
            throw new InvalidValueException(
                    field, pinned, "nothing while model " + model + " is not loaded; GET /api/v1/models says why");
        }
        if (!serving.get().is(pinned)) {
            throw new InvalidValueException(
                    field,
                    pinned,
                    serving.get().digest() + " or its first 12 digits or more, of the version that is loaded: "
                            + serving.get().text());
        }
    }

    /** Wraps a rule so that it is rejected if it would leave an experiment running whose models cannot be compared. */
    Function<LockedExperiment, Change> guarding(Function<LockedExperiment, Change> rule) {
        return locked -> {
            Change change = rule.apply(locked);
            return change instanceof Change.To to && to.experiment().running()
                    ? unusable(locked).<Change>map(Change.Refused::new).orElse(change)
                    : change;
        };
    }

    /** Why an experiment may not run with its present models, if so. */
    Optional<String> unusable(LockedExperiment locked) {
        requireLoaded();
        return locked.spoiltByPromotion()
                .or(() -> mismatch(locked.served(), locked.experiment().treatmentModel()))
                .or(() -> unplanned(locked));
    }

    /** Why the positions of an experiment's outcome plan do not suit its models, if so. */
    private Optional<String> unplanned(LockedExperiment locked) {
        OutcomePlan plan = locked.experiment().outcome();
        return plan == null
                ? Optional.empty()
                : actions(locked.served(), locked.experiment().treatmentModel())
                        .filter(actions -> !plan.positions().keySet().equals(Set.copyOf(actions.names())))
                        .map(actions -> "its outcome plan has positions for "
                                + String.join(
                                        ", ", Actions.inOrder(plan.positions().keySet()))
                                + ", and its models advise " + actions + "; change the plan first, with PUT"
                                + " /api/v1/ab-test/" + locked.experiment().testId() + "/outcome");
    }

    /** Why the treatment may not be promoted, if so. */
    Optional<String> refusal(LockedExperiment locked) {
        requireLoaded();
        Experiment experiment = locked.experiment();
        String treatment = experiment.treatmentModel();
        if (experiment.ofOneName()) {
            return Optional.of("test " + experiment.testId() + " is an A/A test of model " + treatment
                    + ", which answers for its own name: there is nothing to promote; GET /api/v1/ab-test/"
                    + experiment.testId() + "/report has what the test found");
        }
        if (models.find(treatment).isEmpty()) {
            return Optional.of("model " + treatment + " is not loaded on this replica and could not answer;"
                    + " GET /api/v1/models says why");
        }
        return mismatch(locked.served(), treatment);
    }

    /** Why a promotion may not be taken back, if so: callers would get an error where they get an answer now. */
    Optional<String> missing(Promotion promotion) {
        requireLoaded();
        if (models.find(promotion.serves()).isEmpty()) {
            return Optional.empty();
        }
        return models.find(promotion.model()).isEmpty()
                ? Optional.of(
                        "model " + promotion.model() + " is not loaded on this replica and could not answer for its"
                                + " own name; GET /api/v1/models says why")
                : mismatch(promotion.serves(), promotion.model());
    }

    /**
     * Why one model cannot replace another, if so. Empty if one of them is not loaded.
     *
     * @param control the model that answers now
     */
    private Optional<String> mismatch(String control, String treatment) {
        Optional<Predictor> inUse = models.find(control);
        Optional<Predictor> onTrial = models.find(treatment);
        if (inUse.isEmpty() || onTrial.isEmpty()) {
            return Optional.empty();
        }
        int taken = inUse.get().inputSize();
        int wanted = onTrial.get().inputSize();
        if (taken != wanted) {
            return Optional.of("model " + control + " takes " + taken + " features and model " + treatment + " takes "
                    + wanted + "; the two of a test must take the same");
        }
        Actions advised = inUse.get().actions();
        Actions other = onTrial.get().actions();
        return advised.equals(other)
                ? Optional.empty()
                : Optional.of("model " + control + " advises " + advised + " and model " + treatment + " advises "
                        + other + "; the two of a test must advise the same");
    }
}
