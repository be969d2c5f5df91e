package ai.ultrathink.understudy.testkit;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A broker of Kafka, its own controller, in a JVM of its own: from the class path of the tests, with its data in a directory. */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration WITHIN = Duration.ofSeconds(90);

    private final Path directory;
    private final Path settings;
    private final int port;
    private Optional<Process> process = Optional.empty();

    private KafkaBroker(Path directory, int port, int controller) throws IOException {
        this.directory = directory;
        this.port = port;
        this.settings = Files.writeString(
                directory.resolve("broker.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%3$s
                num.partitions=3
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                group.initial.rebalance.delay.ms=0
                """.formatted(port, controller, directory.resolve("kafka")));
    }

    /** Starts it, and returns when it listens. */
    public static KafkaBroker start(Path directory) throws IOException {
        KafkaBroker broker = new KafkaBroker(directory, Ports.free(), Ports.free());
        broker.end(
                broker.run(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Uuid.randomUuid().toString(),
                        "-c"),
                true);
        broker.start();
        return broker;
    }

    /** Starts it again on its data and its port. */
    public void start() throws IOException {
        Process started = run("kafka.Kafka");
        process = Optional.of(started);
        await("the broker listens").atMost(WITHIN).until(() -> {
            if (!started.isAlive()) {
                throw new IllegalStateException(Files.readString(directory.resolve("kafka.log")));
            }
            return listens();
        });
    }

    /** A program of Kafka, with the settings as its last argument. */
    private Process run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                program));
        command.addAll(List.of(arguments));
        command.add(settings.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("kafka.log").toFile()))
                .start();
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it without asking (SIGKILL). {@link #start()} may follow. */
    public void kill() {
        process.ifPresent(running -> {
            running.destroyForcibly();
            end(running, false);
        });
        process = Optional.empty();
    }

    private void end(Process ending, boolean well) {
        try {
            if (!ending.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS) || (well && ending.exitValue() != 0)) {
                throw new IllegalStateException(Files.readString(directory.resolve("kafka.log")));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The address for clients. */
    public String servers() {
        return "127.0.0.1:" + port;
    }

    /** All records of a topic, those of a key in their order; none if there is no such topic. */
    public List<ConsumerRecord<String, String>> records(String topic) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", servers());
        properties.put("allow.auto.create.topics", false);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            List<PartitionInfo> known = consumer.listTopics().getOrDefault(topic, List.of());
            List<TopicPartition> partitions = known.stream()
                    .map(one -> new TopicPartition(topic, one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, String>> all = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    @Override
    public void close() {
        process.ifPresent(running -> {
            running.destroy();
            end(running, false);
        });
    }
}
