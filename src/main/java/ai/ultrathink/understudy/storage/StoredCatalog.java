package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;
import java.util.Map;

/**
 * All that decides which model answers, read in one transaction.
 *
 * @param version counts every change of any of it
 * @param experiments the tests that are not deleted, newest first
 * @param promotions model name asked for → model that answers, where the two differ
 */
public record StoredCatalog(long version, List<Experiment> experiments, Map<String, String> promotions) {

    public StoredCatalog {
        experiments = List.copyOf(experiments);
        promotions = Map.copyOf(promotions);
    }
}
