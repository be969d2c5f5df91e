package ai.ultrathink.understudy.notice;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where notices go in Kafka.
 *
 * @param servers brokers to begin with, as {@code host:port} with commas
 * @param resultsTopic null where no results are asked for
 * @param properties further ones of a producer, such as {@code sasl.jaas.config}
 */
record KafkaSettings(
        String servers, String eventsTopic, @Nullable String resultsTopic, Map<String, String> properties) {

    private static final String SERVERS = "UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS";
    private static final String EVENTS_TOPIC = "UNDERSTUDY_KAFKA_EVENTS_TOPIC";
    private static final String RESULTS_TOPIC = "UNDERSTUDY_KAFKA_RESULTS_TOPIC";
    private static final String PROPERTIES_FILE = "UNDERSTUDY_KAFKA_PROPERTIES_FILE";

    static final List<String> VARIABLES = List.of(SERVERS, EVENTS_TOPIC, RESULTS_TOPIC, PROPERTIES_FILE);

    private static final Pattern ADDRESSES =
            Pattern.compile("[A-Za-z0-9._\\[\\]:-]+:[0-9]{1,5}(,[A-Za-z0-9._\\[\\]:-]+:[0-9]{1,5})*");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    KafkaSettings {
        properties = Map.copyOf(properties);
    }

    /**
     * Reads the settings.
     *
     * @return null where there is no Kafka
     * @throws IllegalArgumentException with a message of one line, which has nothing that is secret
     */
    static @Nullable KafkaSettings of(Function<String, Optional<String>> setting) {
        Optional<String> servers = setting.apply(SERVERS).map(given -> given.replace(" ", ""));
        if (servers.isEmpty()) {
            VARIABLES.stream().filter(name -> setting.apply(name).isPresent()).forEach(name -> {
                throw new IllegalArgumentException(SERVERS + ": got \"\"; allowed: with " + name + " the brokers");
            });
            return null;
        }
        if (!ADDRESSES.matcher(servers.get()).matches()) {
            throw refused(SERVERS, servers.get(), "host:port, several with commas");
        }
        String events = topic(EVENTS_TOPIC, setting.apply(EVENTS_TOPIC).orElse("understudy.events"));
        String results = setting.apply(RESULTS_TOPIC)
                .map(name -> topic(RESULTS_TOPIC, name))
                .orElse(null);
        if (events.equals(results)) {
            throw refused(RESULTS_TOPIC, events, "another topic than that of the events");
        }
        return new KafkaSettings(servers.get(), events, results, properties(setting));
    }

    private static String topic(String variable, String name) {
        if (!TOPIC.matcher(name).matches()) {
            throw refused(variable, name, "1 to 249 of A-Z, a-z, 0-9 and ._-");
        }
        return name;
    }

    private static Map<String, String> properties(Function<String, Optional<String>> setting) {
        return setting.apply(PROPERTIES_FILE)
                .map(file -> SecretFile.open(PROPERTIES_FILE, Path.of(file), KafkaSettings::parsed)
                        .now())
                .orElse(Map.of());
    }

    private static Map<String, String> parsed(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new IllegalArgumentException("it is no file of properties", e);
        }
        Map<String, String> all = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        return all;
    }

    private static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }

    /** For the log: nothing that is secret. */
    @Override
    public String toString() {
        return servers + " (topic " + eventsTopic + (resultsTopic == null ? "" : ", results in " + resultsTopic) + ")";
    }
}
