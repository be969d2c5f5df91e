package ai.ultrathink.understudy.http.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings of connections. */
@ConfigMapping(prefix = "understudy.http")
interface ConnectionConfig {

    /**
     * Maximum number of connections of one address to one port. Below {@code quarkus.http.limits.max-connections}, so that one
     * peer leaves some for others.
     */
    @WithDefault("1792")
    int maxConnectionsPerPeer();
}
