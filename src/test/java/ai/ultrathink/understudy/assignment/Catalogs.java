package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** For tests of other packages: catalogs without a database. */
public final class Catalogs {

    private Catalogs() {}

    public static Catalog of(List<Experiment> newestFirst) {
        return new Catalog(new StoredCatalog(1, newestFirst, Map.of()));
    }

    public static List<Experiment> join(List<Experiment> one, List<Experiment> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** An explicit test of a split. */
    public static Experiment test(String testId, boolean enabled) {
        return new Experiment(
                testId,
                "bull",
                "bull_v2",
                new Split(0.1),
                Mode.TRAFFIC_SPLIT,
                enabled,
                true,
                "",
                Instant.EPOCH,
                1,
                null,
                null,
                Guardrails.USUAL);
    }
}
