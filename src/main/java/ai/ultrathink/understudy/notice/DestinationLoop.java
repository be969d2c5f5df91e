package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.notice.SendResult.Failed;
import ai.ultrathink.understudy.notice.SendResult.LeftOut;
import ai.ultrathink.understudy.notice.SendResult.Refused;
import ai.ultrathink.understudy.notice.SendResult.Sent;
import ai.ultrathink.understudy.storage.notice.ClaimedNotice;
import ai.ultrathink.understudy.storage.notice.NoticeStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Sends the notices of one destination. It claims them from the outbox, at most one of each experiment, so that several replicas share
 * the work and none sends what another is sending. What came of it is noted after the call: a replica that ends in between leaves
 * the notice to be sent again.
 */
final class DestinationLoop {

    private static final Logger LOG = Logger.getLogger(DestinationLoop.class);

    /** How long it may take to note a result. While a replica tries, no other one gets the notice. */
    private static final Duration NOTED_WITHIN = Duration.ofSeconds(10);

    private final NoticeChannel channel;
    private final NoticeStore store;
    private final NoticeConfig config;
    private final BackOff backOff;
    private final Jitter jitter;
    private final NoticeMeters meters;
    private volatile Cancellable running = () -> {};
    private volatile boolean away;

    DestinationLoop(NoticeChannel channel, NoticeStore store, NoticeConfig config, Jitter jitter, NoticeMeters meters) {
        this.channel = channel;
        this.store = store;
        this.config = config;
        this.backOff = new BackOff(config.retryAfter(), config.retryAtMost());
        this.jitter = jitter;
        this.meters = meters;
    }

    /** Begins. Call once, when the schema is in place. */
    void start() {
        running = Multi.createFrom()
                .ticks()
                .every(config.pollEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> sendAll())
                .subscribe()
                .with(
                        sent -> {},
                        failure -> LOG.errorf(failure, "notices are no longer sent to %s", channel.destination()));
    }

    /** Sends what is due, and what is due after that. Never fails. */
    Uni<Void> sendAll() {
        return Multi.createBy()
                .repeating()
                .uni(this::sendSome)
                .whilst(sent -> sent > 0)
                .collect()
                .last()
                .invoke(() -> away = false)
                .onFailure()
                .invoke(this::complain)
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private Uni<Integer> sendSome() {
        return store.claim(
                        channel.destination(),
                        config.maxSending(),
                        config.sendWithin().plus(NOTED_WITHIN))
                .chain(claimed -> Multi.createFrom()
                        .iterable(claimed)
                        .onItem()
                        .transformToUniAndMerge(this::send)
                        .collect()
                        .last()
                        .replaceWith(claimed.size()));
    }

    private Uni<Void> send(ClaimedNotice notice) {
        return Uni.createFrom()
                .deferred(() -> channel.send(notice.event()))
                .onFailure()
                .recoverWithItem(bug -> new Failed(bug.toString(), null))
                .chain(result -> Uni.createFrom()
                        .deferred(() -> note(notice, result))
                        .onFailure()
                        .retry()
                        .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
                        .expireIn(NOTED_WITHIN.toMillis()))
                // it is sent again when the lease is over
                .onFailure()
                .invoke(this::complain)
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> note(ClaimedNotice notice, SendResult result) {
        String to = channel.destination();
        return switch (result) {
            case Sent sent -> store.delivered(to, notice).invoke(() -> meters.sent(1));
            case LeftOut leftOut -> store.delivered(to, notice).invoke(() -> meters.leftOut());
            case Refused refused -> giveUp(notice, refused.why());
            case Failed failed when notice.attempts() >= config.maxAttempts() -> giveUp(notice, failed.why());
            case Failed failed -> again(notice, failed);
        };
    }

    /** A receiver that asks for time gets it, for all notices and from all replicas. */
    private Uni<Void> again(ClaimedNotice notice, Failed failed) {
        String to = channel.destination();
        Duration asked = failed.after();
        Duration own = backOff.after(notice.attempts(), jitter.next());
        Uni<Void> noted = store.failed(to, notice, own, failed.why()).invoke(() -> meters.failed());
        return asked == null ? noted : store.pause(to, backOff.bounded(asked)).chain(() -> noted);
    }

    private Uni<Void> giveUp(ClaimedNotice notice, String why) {
        return store.givenUp(channel.destination(), notice, why).invoke(() -> {
            meters.dead(1);
            LOG.errorf(
                    "event %d of experiment %s was not sent to %s, and is not tried again: %s",
                    notice.event().eventId(), notice.event().testId(), channel.destination(), why);
        });
    }

    /** Logs once that the outbox cannot be read. */
    private void complain(Throwable failure) {
        if (!away) {
            LOG.warnf("notices for %s wait: %s", channel.destination(), failure.getMessage());
        }
        away = true;
    }

    void stop() {
        running.cancel();
        channel.close();
    }
}
