package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that decides which model answers, read in one transaction.
 *
 * @param version counts every change
 * @param experiments the experiments that are not deleted, newest first
 * @param promotions by the model's name that callers ask for, where another one answers
 * @param unreadable the reason for each experiment whose row cannot be read, by id; in {@code experiments} each has a
 *     placeholder that uses no treatment
 * @param versions the version that every replica should serve, by model
 */
public record StoredCatalog(
        CatalogVersion version,
        List<Experiment> experiments,
        Map<String, Promotion> promotions,
        Map<String, String> unreadable,
        Map<String, ModelVersion> versions) {

    private static final Comparator<Experiment> NEWEST_FIRST =
            Comparator.comparing(Experiment::createdAt).reversed().thenComparing(Experiment::testId);

    public StoredCatalog {
        experiments = List.copyOf(experiments);
        promotions = Map.copyOf(promotions);
        unreadable = Map.copyOf(unreadable);
        versions = Map.copyOf(versions);
    }

    /** A catalog without known versions. */
    public StoredCatalog(
            CatalogVersion version,
            List<Experiment> experiments,
            Map<String, Promotion> promotions,
            Map<String, String> unreadable) {
        this(version, experiments, promotions, unreadable, Map.of());
    }

    /** A catalog in which every row can be read. */
    public StoredCatalog(long version, List<Experiment> experiments, Map<String, Promotion> promotions) {
        this(new CatalogVersion(version, null), experiments, promotions, Map.of());
    }

    /** The same after a committed change that could not be read back; its version is unknown. */
    public StoredCatalog with(Experiment changed) {
        return with(
                unknown(), Set.of(changed.testId()), List.of(new ExperimentRows.Reading(changed, null)), promotions);
    }

    /** The same after an experiment was deleted, likewise. */
    public StoredCatalog without(String testId) {
        return with(unknown(), Set.of(testId), List.of(), promotions);
    }

    /** The same with other promotions, likewise. */
    public StoredCatalog withPromotions(Map<String, Promotion> changed) {
        return new StoredCatalog(unknown(), experiments, changed, unreadable, versions);
    }

    /** The same with the wanted versions. */
    StoredCatalog withVersions(Map<String, ModelVersion> read) {
        return new StoredCatalog(version, experiments, promotions, unreadable, read);
    }

    private CatalogVersion unknown() {
        return new CatalogVersion(version.number(), null);
    }

    /**
     * A later version.
     *
     * @param changed all experiments that differ
     * @param readings those of them that still exist
     */
    StoredCatalog with(
            CatalogVersion later,
            Set<String> changed,
            Collection<ExperimentRows.Reading> readings,
            Map<String, Promotion> laterPromotions) {
        List<Experiment> all = new ArrayList<>(experiments.size() + readings.size());
        experiments.stream()
                .filter(experiment -> !changed.contains(experiment.testId()))
                .forEach(all::add);
        readings.forEach(reading -> all.add(reading.experiment()));
        all.sort(NEWEST_FIRST);
        Map<String, String> problems = new HashMap<>(unreadable);
        problems.keySet().removeAll(changed);
        problems.putAll(problems(readings));
        return new StoredCatalog(later, all, laterPromotions, problems, versions);
    }

    /** A catalog that was read completely. */
    static StoredCatalog of(
            CatalogVersion version, Collection<ExperimentRows.Reading> readings, Map<String, Promotion> promotions) {
        List<Experiment> all = readings.stream()
                .map(ExperimentRows.Reading::experiment)
                .sorted(NEWEST_FIRST)
                .toList();
        return new StoredCatalog(version, all, promotions, problems(readings));
    }

    private static Map<String, String> problems(Collection<ExperimentRows.Reading> readings) {
        return readings.stream()
                .filter(reading -> reading.problem() != null)
                .collect(Collectors.toMap(
                        reading -> reading.experiment().testId(), reading -> String.valueOf(reading.problem())));
    }
}
