package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The producer of this replica. It is made with the first record, on the thread that sends it, because it looks up the brokers' names. All
 * replicas of a record are written before it counts as sent. Its methods wait.
 */
final class KafkaConnection {

    private static final Duration LONGEST_RECONNECT = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final Duration within;
    private final TimeSource time;
    private @Nullable Producer<String, byte[]> producer;
    private boolean closed;

    KafkaConnection(KafkaSettings settings, Duration within, TimeSource time) {
        this.settings = settings;
        this.within = within;
        this.time = time;
    }

    /**
     * What came of a number of records.
     *
     * @param sent how many of the first ones arrived
     * @param problem why the next one did not, or null if all did
     */
    record Sending(int sent, @Nullable Throwable problem) {}

    /** A record with the key that keeps what concerns one experiment in order. */
    static ProducerRecord<String, byte[]> cloudEvent(String topic, String key, String json) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, json.getBytes(StandardCharsets.UTF_8));
        record.headers().add("content-type", CloudEvent.MEDIA_TYPE.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    /**
     * Sends records in their order, and waits until they have arrived or the time is over. The producer's own limit of time is not
     * enough: while it waits for a new id from a broker that is away, it ends nothing.
     */
    Sending send(List<ProducerRecord<String, byte[]>> records) {
        Producer<String, byte[]> used = null;
        int arrived = 0;
        try {
            used = open();
            List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
            for (ProducerRecord<String, byte[]> record : records) {
                Future<RecordMetadata> one = used.send(record);
                acknowledged.add(one);
                if (one.isDone()) {
                    // it may have waited for a broker in vain, and each of the next would do so as long
                    one.get();
                }
            }
            long deadline = time.nanoTime() + within.toNanos();
            for (Future<RecordMetadata> one : acknowledged) {
                one.get(deadline - time.nanoTime(), TimeUnit.NANOSECONDS);
                arrived++;
            }
            return new Sending(arrived, null);
        } catch (ExecutionException e) {
            return failed(used, arrived, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            end(used);
            return new Sending(arrived, new TimeoutException("no answer within " + within.toMillis() + " ms"));
        } catch (RuntimeException e) {
            return failed(used, arrived, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Sending(arrived, e);
        }
    }

    /** A producer that failed for good is replaced by another. */
    private Sending failed(@Nullable Producer<String, byte[]> used, int arrived, Throwable problem) {
        if (!(problem instanceof RetriableException)) {
            end(used);
        }
        return new Sending(arrived, problem);
    }

    private synchronized Producer<String, byte[]> open() {
        if (closed) {
            throw new IllegalStateException("the service is stopping");
        }
        Producer<String, byte[]> present = producer;
        if (present == null) {
            present = new KafkaProducer<>(properties(), new StringSerializer(), new ByteArraySerializer());
            producer = present;
        }
        return present;
    }

    private Map<String, Object> properties() {
        int millis = Math.toIntExact(within.toMillis());
        Map<String, Object> all = new HashMap<>();
        all.put(ProducerConfig.CLIENT_ID_CONFIG, "understudy");
        all.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, LONGEST_RECONNECT.toMillis());
        all.putAll(settings.properties());
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.servers());
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) millis);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        return all;
    }

    /** Drops what it has not sent yet, which the outbox has. */
    private synchronized void end(@Nullable Producer<String, byte[]> used) {
        if (used != null) {
            if (used.equals(producer)) {
                producer = null;
            }
            used.close(Duration.ZERO);
        }
    }

    synchronized void close() {
        closed = true;
        end(producer);
    }
}
