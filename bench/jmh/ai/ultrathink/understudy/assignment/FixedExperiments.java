package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A catalog with one test in each mode, which never changes and needs no database. */
public final class FixedExperiments extends CatalogFollower {

    public static final String TREATMENT = "treatment";
    public static final String UNTESTED = "untested";
    public static final String IN_SPLIT = "in_split";
    public static final String IN_SHADOW = "in_shadow";

    private final Catalog catalog = new Catalog(
            new StoredCatalog(1, List.of(test(IN_SPLIT, Mode.TRAFFIC_SPLIT), test(IN_SHADOW, Mode.SHADOW)), Map.of()));

    @SuppressWarnings("NullAway") // nothing of what it is not given is asked
    public FixedExperiments() {
        super(null, null, new Settings(), null, null, null, new SimpleMeterRegistry());
    }

    @Override
    public Catalog current() {
        return catalog;
    }

    @Override
    public boolean known() {
        return true;
    }

    private static final class Settings implements CatalogConfig {

        @Override
        public Duration pollEvery() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration fenceAfter() {
            return Duration.ofDays(1);
        }
    }

    private static Experiment test(String control, Mode mode) {
        return new Experiment(
                "test_" + control,
                control,
                TREATMENT,
                new Split(0.2),
                mode,
                true,
                false,
                "",
                Instant.EPOCH,
                1,
                null,
                null,
                Guardrails.USUAL);
    }
}
