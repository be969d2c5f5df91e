package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.notice.KafkaConnection.Sending;
import ai.ultrathink.understudy.storage.notice.ResultOutbox;
import ai.ultrathink.understudy.storage.notice.WaitingResult;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends stored results to a topic, as CloudEvents, with the experiment as the key. One replica at a time does so; the database has what
 * is still to be sent. Predictions do not wait for it, and neither does the storing of their rows.
 */
final class ResultLoop {

    static final String DESTINATION = "kafka-results";

    private static final Logger LOG = Logger.getLogger(ResultLoop.class);
    private static final String TYPE = "ai.ultrathink.understudy.result";
    private static final int AT_ONCE = 500;
    private static final Duration KEPT_FOR = Duration.ofDays(7);
    private static final Duration NOTED_WITHIN = Duration.ofSeconds(10);

    private final KafkaConnection connection;
    private final String topic;
    private final ResultOutbox outbox;
    private final NoticeConfig config;
    private final BackOff backOff;
    private final TimeSource time;
    private final Jitter jitter;
    private final NoticeMeters meters;
    private final UUID replica;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Cancellable running = () -> {};
    private volatile long restUntilNanos;

    /** @param replica which no other process is */
    ResultLoop(
            KafkaConnection connection,
            String topic,
            ResultOutbox outbox,
            NoticeConfig config,
            TimeSource time,
            Jitter jitter,
            NoticeMeters meters,
            UUID replica) {
        this.connection = connection;
        this.topic = topic;
        this.outbox = outbox;
        this.config = config;
        this.backOff = new BackOff(config.retryAfter(), config.retryAtMost());
        this.time = time;
        this.jitter = jitter;
        this.meters = meters;
        this.replica = replica;
        this.restUntilNanos = time.nanoTime();
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
                .with(sent -> {}, failure -> LOG.error("results are no longer sent to Kafka", failure));
    }

    /** Sends what waits, if this replica is the one that sends. Never fails. */
    Uni<Void> sendAll() {
        if (time.nanoTime() - restUntilNanos < 0) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createBy()
                .repeating()
                .uni(this::sendSome)
                .whilst(sent -> sent == AT_ONCE)
                .collect()
                .last()
                .replaceWithVoid()
                .onFailure()
                .invoke(failure -> rest(String.valueOf(failure.getMessage())))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Integer> sendSome() {
        // to make a connection may take as long as to send
        Duration lease = config.sendWithin().multipliedBy(2).plus(NOTED_WITHIN);
        return outbox.claim(DESTINATION, replica, lease)
                .chain(mine -> mine
                        ? outbox.oldest(DESTINATION, AT_ONCE)
                        : Uni.createFrom().item(List.<WaitingResult>of()))
                .chain(waiting -> waiting.isEmpty() ? Uni.createFrom().item(0) : send(waiting));
    }

    private Uni<Integer> send(List<WaitingResult> waiting) {
        List<Long> done = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (WaitingResult result : waiting) {
            ProducerRecord<String, byte[]> record = record(result);
            if (record == null) {
                done.add(result.number());
            } else {
                numbers.add(result.number());
                records.add(record);
            }
        }
        return Uni.createFrom()
                .item(() -> connection.send(records))
                .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                .chain(sending -> {
                    done.addAll(numbers.subList(0, sending.sent()));
                    return outbox.sent(DESTINATION, done)
                            .invoke(() -> note(sending))
                            .replaceWith(sending.problem() == null ? waiting.size() : 0);
                });
    }

    private void note(Sending sending) {
        meters.sent(sending.sent());
        Throwable problem = sending.problem();
        if (problem == null) {
            failures.set(0);
        } else {
            rest(EventTopic.why(problem));
        }
    }

    private void rest(String why) {
        int inRow = failures.incrementAndGet();
        meters.failed();
        restUntilNanos = time.nanoTime() + backOff.after(inRow, jitter.next()).toNanos();
        if (inRow == 1) {
            LOG.warnf("results wait for Kafka: %s", why);
        }
    }

    /** Null of a row that the retention has removed meanwhile. */
    private @Nullable ProducerRecord<String, byte[]> record(WaitingResult result) {
        String testId = result.testId();
        String row = result.row();
        if (testId == null || row == null) {
            return null;
        }
        return KafkaConnection.cloudEvent(
                topic,
                testId,
                new JsonObject()
                        .put("specversion", "1.0")
                        .put("id", result.rowId().toString())
                        .put("source", config.source())
                        .put("type", TYPE)
                        .put("subject", testId)
                        .put("time", result.time().toString())
                        .put("partitionkey", testId)
                        .put("datacontenttype", "application/json")
                        .put("data", new JsonObject(row))
                        .encode());
    }

    /** Gives up what has waited for too long. Never fails. */
    Uni<Void> dropOld() {
        return Multi.createBy()
                .repeating()
                .uni(() -> outbox.drop(DESTINATION, KEPT_FOR))
                .whilst(dropped -> dropped > 0)
                .invoke(dropped -> {
                    if (dropped > 0) {
                        meters.dead(dropped);
                        LOG.errorf("%d results of more than %d days ago were not sent", dropped, KEPT_FOR.toDays());
                    }
                })
                .collect()
                .last()
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    void stop() {
        running.cancel();
        connection.close();
    }
}
