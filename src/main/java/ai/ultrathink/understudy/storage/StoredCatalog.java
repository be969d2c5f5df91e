package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;
import java.util.Map;

/**
 * All that decides which model answers, read in one transaction.
 *
 * @param version counts every change of any of it
 * @param experiments the tests that are not deleted, newest first
 * @param promotions by the model's name that callers ask for, where another one answers
 */
public record StoredCatalog(long version, List<Experiment> experiments, Map<String, Promotion> promotions) {

    public StoredCatalog {
        experiments = List.copyOf(experiments);
        promotions = Map.copyOf(promotions);
    }
}
