package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.notice.DestinationStanding;
import ai.ultrathink.understudy.storage.notice.NoticeStore;
import ai.ultrathink.understudy.storage.notice.ResultOutbox;
import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Sends notices to the destinations of the settings. Without one it does nothing. */
@ApplicationScoped
public class Notices {

    private static final Logger LOG = Logger.getLogger(Notices.class);

    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._~:/@-]{1,200}");

    private final Config settings;
    private final NoticeConfig config;
    private final NoticeStore store;
    private final ResultOutbox resultOutbox;
    private final NoArgGenerator ids;
    private final Vertx vertx;
    private final TimeSource time;
    private final Jitter jitter;
    private final MeterRegistry registry;
    private final Map<String, NoticeMeters> meters = new LinkedHashMap<>();
    private final List<DestinationLoop> loops = new ArrayList<>();
    private volatile NoticeSettings destinations = new NoticeSettings(List.of(), null);
    private volatile @Nullable ResultLoop results;
    private volatile Cancellable reporting = () -> {};

    Notices(
            Config settings,
            NoticeConfig config,
            NoticeStore store,
            ResultOutbox resultOutbox,
            NoArgGenerator ids,
            Vertx vertx,
            TimeSource time,
            Jitter jitter,
            MeterRegistry registry) {
        this.settings = settings;
        this.config = config;
        this.store = store;
        this.resultOutbox = resultOutbox;
        this.ids = ids;
        this.vertx = vertx;
        this.time = time;
        this.jitter = jitter;
        this.registry = registry;
    }

    /**
     * Checks the settings, before anything is started.
     *
     * @throws IllegalArgumentException if one is not allowed, with a message of one line
     */
    public void check() {
        destinations = NoticeSettings.of(this::setting);
        if (!SOURCE.matcher(config.source()).matches()) {
            throw new IllegalArgumentException("UNDERSTUDY_NOTICES_SOURCE: got \"" + config.source()
                    + "\"; allowed: 1 to 200 of A-Z, a-z, 0-9 and -._~:/@, a URI or a part of one");
        }
        if (config.retryAtMost().compareTo(config.retryAfter()) < 0) {
            throw new IllegalArgumentException("UNDERSTUDY_NOTICES_RETRY_AT_MOST: got \"" + config.retryAtMost()
                    + "\"; allowed: at least UNDERSTUDY_NOTICES_RETRY_AFTER, which is " + config.retryAfter());
        }
    }

    /** Begins to send. Call once, when the schema is in place. */
    public void start() {
        KafkaSettings kafka = destinations.kafka();
        if (destinations.webhooks().isEmpty() && kafka == null) {
            return;
        }
        destinations.webhooks().forEach(this::add);
        if (kafka != null) {
            add(kafka);
        }
        reportNow();
        loops.forEach(DestinationLoop::start);
    }

    private void add(Webhook webhook) {
        LOG.infof("notices go to %s", webhook);
        if (!webhook.url().tls() && webhook.secret() == null) {
            LOG.warnf("notices to %s travel in the clear, and nothing shows whether one was changed", webhook);
        }
        add(new WebhookChannel(webhook, config, vertx, time));
    }

    private void add(KafkaSettings kafka) {
        LOG.infof("notices go to Kafka at %s", kafka);
        KafkaConnection connection = new KafkaConnection(kafka, config.sendWithin(), time);
        add(new EventTopic(connection, kafka.eventsTopic(), config.source()));
        String topic = kafka.resultsTopic();
        if (topic != null) {
            NoticeMeters ofResults = new NoticeMeters(registry, ResultLoop.DESTINATION);
            meters.put(ResultLoop.DESTINATION, ofResults);
            ResultLoop loop =
                    new ResultLoop(connection, topic, resultOutbox, config, time, jitter, ofResults, ids.generate());
            results = loop;
            loop.start();
        }
    }

    private void reportNow() {
        List<String> names = List.copyOf(meters.keySet());
        reporting = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom().item(0L),
                        Multi.createFrom()
                                .ticks()
                                .every(config.reportEvery())
                                .onOverflow()
                                .drop())
                .onItem()
                .transformToUniAndConcatenate(tick -> report(names))
                .subscribe()
                .with(reported -> {}, failure -> LOG.error("destinations of notices are no longer reported", failure));
    }

    private void add(NoticeChannel channel) {
        NoticeMeters ofChannel = new NoticeMeters(registry, channel.destination());
        meters.put(channel.destination(), ofChannel);
        loops.add(new DestinationLoop(channel, store, config, jitter, ofChannel));
    }

    /** Says which destinations there are, and learns how they stand. Never fails; the next time makes it good. */
    private Uni<Void> report(List<String> names) {
        ResultLoop sending = results;
        List<String> ofResults = sending == null ? List.of() : List.of(ResultLoop.DESTINATION);
        List<String> ofEvents =
                names.stream().filter(name -> !ofResults.contains(name)).toList();
        return store.seen(ofEvents, ofResults)
                .chain(() -> sending == null ? Uni.createFrom().voidItem() : sending.dropOld())
                .chain(() -> store.standings(names))
                .invoke(standings -> standings.forEach(this::show))
                .replaceWithVoid()
                .onFailure()
                .invoke(failure -> LOG.debugf("destinations were not reported: %s", failure.getMessage()))
                .onFailure()
                .recoverWithNull();
    }

    private void show(DestinationStanding standing) {
        NoticeMeters known = meters.get(standing.destination());
        if (known != null) {
            known.stands(standing);
        }
    }

    private Optional<String> setting(String variable) {
        String property = variable.replaceFirst("_", ".").replace('_', '-').toLowerCase(Locale.ROOT);
        return settings.getOptionalValue(property, String.class).filter(value -> !value.isBlank());
    }

    @PreDestroy
    void stop() {
        reporting.cancel();
        loops.forEach(DestinationLoop::stop);
        ResultLoop sending = results;
        if (sending != null) {
            sending.stop();
        }
    }
}
