package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Experiments and promotions at one moment. Immutable; a request reads one catalog, except that the treatment gate
 * checks the present one again.
 */
public final class Catalog {

    /** The catalog before the database has answered: no experiments, so control answers all requests. */
    static final Catalog EMPTY = new Catalog(new StoredCatalog(-1, List.of(), Map.of()));

    private final StoredCatalog stored;
    private final Map<String, Experiment> byId;
    private final Map<String, Experiment> unnamedByControl;

    Catalog(StoredCatalog stored) {
        this.stored = stored;
        this.byId = stored.experiments().stream()
                .collect(Collectors.toUnmodifiableMap(Experiment::testId, Function.identity()));
        // the database allows one; if a manual edit leaves two, the newest applies on every replica
        this.unnamedByControl = stored.experiments().stream()
                .filter(Experiment::appliesUnnamed)
                .filter(experiment -> !stored.unreadable().containsKey(experiment.testId()))
                .collect(Collectors.toUnmodifiableMap(
                        Experiment::controlModel, Function.identity(), (newer, older) -> newer));
    }

    /** The version, which counts every change of an experiment or promotion. */
    public long version() {
        return stored.version().number();
    }

    StoredCatalog stored() {
        return stored;
    }

    /** All experiments, newest first; those that cannot be read use no treatment. */
    public List<Experiment> all() {
        return stored.experiments();
    }

    /** The experiment with this id. */
    public Optional<Experiment> find(String testId) {
        return Optional.ofNullable(byId.get(testId));
    }

    /** Whether this catalog has an experiment as the database has it. */
    boolean shows(Experiment there) {
        return find(there.testId())
                .filter(experiment ->
                        experiment.generation() == there.generation() && experiment.enabled() == there.enabled())
                .isPresent();
    }

    /** Experiments that are out of use because their rows cannot be read, with the reasons. */
    public Map<String, String> unreadable() {
        return stored.unreadable();
    }

    /** The enabled experiment that applies to requests for a model that name no experiment. */
    public Optional<Experiment> applyingTo(String model) {
        return Optional.ofNullable(unnamedByControl.get(model));
    }

    /** The model that answers for a name: another one after a promotion. */
    public String serving(String model) {
        Promotion promotion = stored.promotions().get(model);
        return promotion == null ? model : promotion.serves();
    }

    /** The version of a model that every replica should serve. */
    public Optional<ModelVersion> version(String model) {
        return Optional.ofNullable(stored.versions().get(model));
    }

    /** All promotions, by the name that callers ask for. */
    public List<Promotion> promotions() {
        return stored.promotions().values().stream()
                .sorted(Comparator.comparing(Promotion::model))
                .toList();
    }

    /** The promotion in force that came from an experiment. */
    public Optional<Promotion> promotionBy(Experiment experiment) {
        return Optional.ofNullable(stored.promotions().get(experiment.controlModel()))
                .filter(promotion -> promotion.testId().equals(experiment.testId()));
    }

    /** The model that answers for a name, in words, with its promotion if there is one. */
    public String servingInWords(String model) {
        String serving = serving(model);
        return serving.equals(model)
                ? "model " + model
                : "model " + serving + ", promoted to answer for " + model + ",";
    }
}
