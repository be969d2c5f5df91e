package ai.ultrathink.understudy.assignment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the catalog of experiments. */
@ConfigMapping(prefix = "understudy.catalog")
interface CatalogConfig {

    /** How often to poll the database for changes of the catalog, in case a notice was lost. */
    @WithDefault("500ms")
    Duration pollEvery();

    /**
     * How long the catalog lease lasts: without an answer from the database for this long, control answers for every
     * experiment.
     */
    @WithDefault("30s")
    Duration fenceAfter();
}
