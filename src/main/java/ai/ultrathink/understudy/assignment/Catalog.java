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

/** The tests and promotions of one moment. Immutable; requests read one catalog from beginning to end. */
public final class Catalog {

    /** Before the database has been heard: no tests, so control answers everything. */
    static final Catalog EMPTY = new Catalog(new StoredCatalog(-1, List.of(), Map.of()));

    private final StoredCatalog stored;
    private final Map<String, Experiment> byId;
    private final Map<String, Experiment> unnamedByControl;

    Catalog(StoredCatalog stored) {
        this.stored = stored;
        this.byId = stored.experiments().stream()
                .collect(Collectors.toUnmodifiableMap(Experiment::testId, Function.identity()));
        // the database allows one; should a bad edit by hand leave two, the newest wins everywhere alike
        this.unnamedByControl = stored.experiments().stream()
                .filter(Experiment::appliesUnnamed)
                .filter(experiment -> !stored.unreadable().containsKey(experiment.testId()))
                .collect(Collectors.toUnmodifiableMap(
                        Experiment::controlModel, Function.identity(), (newer, older) -> newer));
    }

    /** Counts every change of any test or promotion. */
    public long version() {
        return stored.version().number();
    }

    StoredCatalog stored() {
        return stored;
    }

    /** All tests, newest first; those that cannot be read as well, as tests that use no treatment. */
    public List<Experiment> all() {
        return stored.experiments();
    }

    /** The test of an id. */
    public Optional<Experiment> find(String testId) {
        return Optional.ofNullable(byId.get(testId));
    }

    /** Whether a test is here as the database has it. */
    boolean shows(Experiment there) {
        return find(there.testId())
                .filter(experiment ->
                        experiment.generation() == there.generation() && experiment.enabled() == there.enabled())
                .isPresent();
    }

    /** Tests that are out of use because their rows make no sense, and what is wrong with them. */
    public Map<String, String> unreadable() {
        return stored.unreadable();
    }

    /** The enabled test that applies to requests for a model which name no test. */
    public Optional<Experiment> applyingTo(String model) {
        return Optional.ofNullable(unnamedByControl.get(model));
    }

    /** The model that answers for a name: another one after a promotion. */
    public String serving(String model) {
        Promotion promotion = stored.promotions().get(model);
        return promotion == null ? model : promotion.serves();
    }

    /** The version of a model that every replica is to serve. */
    public Optional<ModelVersion> version(String model) {
        return Optional.ofNullable(stored.versions().get(model));
    }

    /** All promotions, by the name that callers ask for. */
    public List<Promotion> promotions() {
        return stored.promotions().values().stream()
                .sorted(Comparator.comparing(Promotion::model))
                .toList();
    }

    /** The promotion in force that a test has led to. */
    public Optional<Promotion> promotionBy(Experiment experiment) {
        return Optional.ofNullable(stored.promotions().get(experiment.controlModel()))
                .filter(promotion -> promotion.testId().equals(experiment.testId()));
    }

    /** The model that answers for a name, for people: which it is, and that it was promoted where it was. */
    public String servingInWords(String model) {
        String serving = serving(model);
        return serving.equals(model)
                ? "model " + model
                : "model " + serving + ", promoted to answer for " + model + ",";
    }
}
