package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.notice.NoticeStore;
import ai.ultrathink.understudy.storage.notice.OwnOutbox;
import ai.ultrathink.understudy.testkit.WebhookReceiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A replica that sends notices to one webhook, with an outbox and meters of its own. */
final class NoticeReplica implements AutoCloseable {

    static final String DESTINATION = "desk";

    /** Without a secret: signatures have a test of their own. */
    private static final Map<String, String> QUICK = Map.of(
            "understudy.notices.poll-every", "20ms",
            "understudy.notices.retry-after", "20ms",
            "understudy.notices.retry-at-most", "200ms",
            "understudy.notices.send-within", "20s");

    private static final TimeSource TIME = new TimeSource() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    };

    private final OwnOutbox outbox;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WebhookChannel channel;
    private final DestinationLoop loop;

    private NoticeReplica(
            OwnOutbox outbox, WebhookReceiver receiver, Map<String, String> settings, @Nullable Path authorities) {
        this.outbox = outbox;
        Map<String, String> all = new HashMap<>(QUICK);
        all.putAll(settings);
        NoticeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .withMapping(NoticeConfig.class)
                .build()
                .getConfigMapping(NoticeConfig.class);
        Webhook webhook = new Webhook(
                DESTINATION,
                WebhookUrl.parse(receiver.url("/hook?team=1")).orElseThrow(),
                NoticeFormat.CLOUDEVENTS,
                null,
                authorities,
                Set.of());
        this.channel = new WebhookChannel(webhook, config, outbox.vertx(), TIME);
        this.loop =
                new DestinationLoop(channel, outbox.store(), config, () -> 0.5, new NoticeMeters(meters, DESTINATION));
    }

    /** A replica with the destination; from now on events are for it. */
    static NoticeReplica of(String database, WebhookReceiver receiver, Map<String, String> settings) {
        return of(database, receiver, settings, null);
    }

    /** The same, which trusts other authorities than the JVM's. */
    static NoticeReplica of(
            String database, WebhookReceiver receiver, Map<String, String> settings, @Nullable Path authorities) {
        NoticeReplica replica = new NoticeReplica(OwnOutbox.of(database), receiver, settings, authorities);
        replica.store().seen(List.of(DESTINATION), List.of()).await().atMost(Duration.ofSeconds(20));
        return replica;
    }

    static NoticeReplica of(String database, WebhookReceiver receiver) {
        return of(database, receiver, Map.of());
    }

    NoticeReplica start() {
        loop.start();
        return this;
    }

    /** Sends what is due now. */
    void sendAll() {
        loop.sendAll().await().atMost(Duration.ofSeconds(60));
    }

    NoticeStore store() {
        return outbox.store();
    }

    OwnOutbox outbox() {
        return outbox;
    }

    NoticeChannel channel() {
        return channel;
    }

    double count(String result) {
        return meters.get("understudy.notices").tag("result", result).counter().count();
    }

    @Override
    public void close() {
        loop.stop();
        outbox.close();
    }
}
