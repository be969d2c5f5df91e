package ai.ultrathink.understudy.http.problem;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much callers may ask. */
@ConfigMapping(prefix = "understudy.access")
interface AccessConfig {

    /** Requests of a caller (the name of a token, or a subject) in a second, on this replica; 0 for no bound. */
    @WithDefault("0")
    int requestsPerSecond();

    /** Requests with a bad credential from an address in a second; the answers to more of them are held back. 0 for no bound. */
    @WithDefault("50")
    int badCredentialsPerSecond();
}
