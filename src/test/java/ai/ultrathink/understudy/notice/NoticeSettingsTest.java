package ai.ultrathink.understudy.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoticeSettingsTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Map<String, String> environment = new TreeMap<>();

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void one_webhook() throws IOException {
        environment.put("UNDERSTUDY_WEBHOOKS", "desk");
        environment.put("UNDERSTUDY_WEBHOOK_DESK_URL", "https://hooks.example.com/services/T0/B0?key=hidden");
        environment.put("UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE", file("secret", SECRET));
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private NoticeSettings read() {
        NoticeSettings.check(environment);
        return NoticeSettings.of(name -> Optional.ofNullable(environment.get(name)));
    }

    private String refusal() {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, this::read).getMessage());
        assertFalse(message.contains("hidden"), message);
        assertFalse(message.contains("MfKQ"), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void without_a_setting_there_is_no_destination() {
        environment.clear();

        assertEquals(List.of(), read().webhooks());
    }

    @Test
    void a_webhook_is_generic_gets_everything_and_shows_nothing_that_is_secret() {
        Webhook desk = read().webhooks().getFirst();

        assertEquals(NoticeFormat.GENERIC, desk.format());
        assertTrue(desk.wants("created"));
        assertEquals(new WebhookUrl(true, "hooks.example.com", 443, "/services/T0/B0?key=hidden"), desk.url());
        assertEquals("desk (generic, https://hooks.example.com:443)", desk.toString());
    }

    @Test
    void several_have_names_of_their_own() throws IOException {
        environment.put("UNDERSTUDY_WEBHOOKS", "desk, on-call");
        environment.put("UNDERSTUDY_WEBHOOK_ON_CALL_URL_FILE", file("url", "http://alerts:9093/api/v2/alerts\n"));
        environment.put("UNDERSTUDY_WEBHOOK_ON_CALL_FORMAT", "alertmanager");
        environment.put("UNDERSTUDY_WEBHOOK_ON_CALL_ACTIONS", "rolled_back, enabled");

        Webhook onCall = read().webhooks().getLast();

        assertEquals("on-call", onCall.name());
        assertEquals(new WebhookUrl(false, "alerts", 9093, "/api/v2/alerts"), onCall.url());
        assertEquals(Set.of("rolled_back", "enabled"), onCall.actions());
        assertFalse(onCall.wants("created"));
        assertNull(onCall.secret());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNDERSTUDY_WEBHOOKS | Desk | UNDERSTUDY_WEBHOOK",
                "UNDERSTUDY_WEBHOOKS | desk,desk | UNDERSTUDY_WEBHOOKS: got",
                "UNDERSTUDY_WEBHOOKS | a,b,c,d,e,f,g,h,i,j,k | UNDERSTUDY_WEBHOOK",
                "UNDERSTUDY_WEBHOOK_DESK_URL | ftp://hidden | UNDERSTUDY_WEBHOOK_DESK_URL: is not an address",
                "UNDERSTUDY_WEBHOOK_DESK_URL | https://user:hidden@host | UNDERSTUDY_WEBHOOK_DESK_URL: is not an address",
                "UNDERSTUDY_WEBHOOK_DESK_URL | https:///hidden | UNDERSTUDY_WEBHOOK_DESK_URL: is not an address",
                "UNDERSTUDY_WEBHOOK_DESK_URL | https://host:99999/hidden | UNDERSTUDY_WEBHOOK_DESK_URL: is not an address",
                "UNDERSTUDY_WEBHOOK_DESK_URL | https://host/#hidden | UNDERSTUDY_WEBHOOK_DESK_URL: is not an address",
                "UNDERSTUDY_WEBHOOK_DESK_URL_FILE | /none | UNDERSTUDY_WEBHOOK_DESK_URL: got both",
                "UNDERSTUDY_WEBHOOK_DESK_FORMAT | teams | UNDERSTUDY_WEBHOOK_DESK_FORMAT: got \"teams\"; allowed: generic, cloudevents, slack, alertmanager",
                "UNDERSTUDY_WEBHOOK_DESK_ACTIONS | exploded | UNDERSTUDY_WEBHOOK_DESK_ACTIONS: got \"exploded\"",
                "UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE | /no/such/file | UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE: got \"/no/such/file\" (there is no such file)",
                "UNDERSTUDY_WEBHOOK_DESK_CA_FILE | pom.xml | UNDERSTUDY_WEBHOOK_DESK_CA_FILE: got \"pom.xml\"; allowed: a file with certificates",
                "UNDERSTUDY_WEBHOOK_DSEK_URL | https://host | UNDERSTUDY_WEBHOOK_DSEK_URL: belongs to no webhook",
                "UNDERSTUDY_WEBHOOK_DESK_TOKEN | hidden | UNDERSTUDY_WEBHOOK_DESK_TOKEN: belongs to no webhook",
            })
    void what_makes_no_sense_stops_the_start_with_one_line(String variable, String value, String beginning) {
        environment.put(variable, value);

        String message = refusal();

        assertTrue(message.startsWith(beginning), message);
    }

    @Test
    void a_format_whose_receivers_check_signatures_needs_a_secret() {
        environment.remove("UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE");

        assertTrue(refusal()
                .startsWith("UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE: got \"\"; allowed: with the format generic"));
        environment.put("UNDERSTUDY_WEBHOOK_DESK_FORMAT", "slack");
        assertNull(read().webhooks().getFirst().secret());
    }

    @Test
    void a_secret_that_is_replaced_counts_at_once_and_one_that_is_broken_does_not() throws IOException {
        SecretFile<SigningKeys> secret = read().webhooks().getFirst().secret();
        String before = signature(secret);

        file("secret", "whsec_" + "QUFB".repeat(10));
        String after = signature(secret);
        file("secret", "broken");

        assertFalse(before.equals(after));
        assertEquals(after, signature(secret));
        Files.delete(directory.resolve("secret"));
        assertEquals(after, signature(secret));
    }

    @Test
    void kafka_has_a_topic_for_events_and_one_for_results_if_asked_for() throws IOException {
        environment.clear();
        environment.put("UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS", "kafka-1:9092, kafka-2:9092");
        assertEquals(
                new KafkaSettings("kafka-1:9092,kafka-2:9092", "understudy.events", null, Map.of()), read().kafka());

        environment.put("UNDERSTUDY_KAFKA_RESULTS_TOPIC", "desk.results");
        environment.put(
                "UNDERSTUDY_KAFKA_PROPERTIES_FILE",
                file("kafka", "security.protocol=SASL_SSL\nsasl.jaas.config=hidden\n"));

        KafkaSettings kafka = Objects.requireNonNull(read().kafka());
        assertEquals("desk.results", kafka.resultsTopic());
        assertEquals("hidden", kafka.properties().get("sasl.jaas.config"));
        assertEquals("kafka-1:9092,kafka-2:9092 (topic understudy.events, results in desk.results)", kafka.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS | kafka | UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS: got \"kafka\"; allowed: host:port",
                "UNDERSTUDY_KAFKA_EVENTS_TOPIC | a topic | UNDERSTUDY_KAFKA_EVENTS_TOPIC: got",
                "UNDERSTUDY_KAFKA_RESULTS_TOPIC | understudy.events | UNDERSTUDY_KAFKA_RESULTS_TOPIC: got \"understudy.events\"; allowed: another",
                "UNDERSTUDY_KAFKA_PROPERTIES_FILE | /no/such/file | UNDERSTUDY_KAFKA_PROPERTIES_FILE: got",
                "UNDERSTUDY_KAFKA_TOPIC | events | UNDERSTUDY_KAFKA_TOPIC: is no setting",
            })
    void a_setting_of_kafka_that_makes_no_sense_stops_the_start_with_one_line(
            String variable, String value, String beginning) {
        environment.put("UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");
        environment.put(variable, value);

        String message = refusal();

        assertTrue(message.startsWith(beginning), message);
    }

    @Test
    void a_topic_needs_brokers() {
        environment.put("UNDERSTUDY_KAFKA_RESULTS_TOPIC", "desk.results");

        assertTrue(refusal()
                .startsWith(
                        "UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS: got \"\"; allowed: with UNDERSTUDY_KAFKA_RESULTS_TOPIC"));
    }

    private static String signature(@Nullable SecretFile<SigningKeys> secret) {
        return Objects.requireNonNull(secret).now().signature("id", 1, "body");
    }
}
