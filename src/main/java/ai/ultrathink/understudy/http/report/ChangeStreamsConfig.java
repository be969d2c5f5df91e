package ai.ultrathink.understudy.http.report;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for the streams of changes, which open consoles follow. */
@ConfigMapping(prefix = "understudy.changes")
interface ChangeStreamsConfig {

    /** Maximum number of streams of this replica at a time. A console that gets none polls. */
    @WithDefault("200")
    int maxStreams();

    /**
     * Time between looks at what has changed, while a stream is open. At each look each stream gets an event; a page without an event for
     * 10 s calls itself old.
     */
    @WithDefault("3s")
    Duration lookEvery();
}
