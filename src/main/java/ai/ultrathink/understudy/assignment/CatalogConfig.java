package ai.ultrathink.understudy.assignment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the catalog of tests. */
@ConfigMapping(prefix = "understudy.catalog")
interface CatalogConfig {

    /** How often the database is asked whether the catalog has changed, for the case that a notice was lost. */
    @WithDefault("500ms")
    Duration pollEvery();

    /** After so long without hearing from the database control answers for every test. */
    @WithDefault("30s")
    Duration fenceAfter();
}
