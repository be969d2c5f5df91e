package ai.ultrathink.understudy.inference.remote;

import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;

/**
 * Settings of a client's connections.
 *
 * @param passes how many passes may be under way
 * @param connectWithin the time limit for a connection
 */
public record ClientSettings(int passes, Duration connectWithin) {

    /** Beside the passes a probe asks for metadata. */
    private static final int PROBES = 2;

    /** Servers on uvicorn, such as MLServer and KServe, close a connection after 5 idle seconds. */
    private static final int KEEP_ALIVE_SECONDS = 4;

    private HttpClientOptions options(RemoteTarget target) {
        return new HttpClientOptions()
                .setDefaultHost(target.host())
                .setDefaultPort(target.port())
                .setSsl(target.tls())
                .setConnectTimeout((int) connectWithin.toMillis())
                .setMaxPoolSize(passes + PROBES)
                .setMaxWaitQueueSize(2 * (passes + PROBES))
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setName("remote-model");
    }

    HttpClientOptions rest(RemoteTarget target) {
        return options(target).setProtocolVersion(HttpVersion.HTTP_1_1);
    }

    /** One connection, which carries all passes. */
    HttpClientOptions rpc(RemoteTarget target) {
        return options(target)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(target.tls())
                .setHttp2MaxPoolSize(1)
                .setHttp2MultiplexingLimit(passes + PROBES);
    }
}
