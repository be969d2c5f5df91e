package ai.ultrathink.understudy.notice;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.storage.notice.OwnOutbox;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import ai.ultrathink.understudy.testkit.WebhookReceiver;
import ai.ultrathink.understudy.testkit.WebhookReceiver.Deed;
import ai.ultrathink.understudy.testkit.WebhookReceiver.Post;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with webhooks, killed while it sends, and as two replicas. */
class NoticesIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String TESTS = "/api/v1/ab-test";
    private static final byte[] KEY = "a secret of twenty-four.".getBytes(StandardCharsets.UTF_8);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private final WebhookReceiver receiver = new WebhookReceiver();

    private Map<String, String> environment(String database) throws IOException {
        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(database));
        environment.put("UNDERSTUDY_WEBHOOKS", "desk,on-call");
        environment.put("UNDERSTUDY_WEBHOOK_DESK_URL", receiver.url("/desk"));
        environment.put(
                "UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE",
                Files.writeString(
                                directory.resolve("secret"),
                                "whsec_" + Base64.getEncoder().encodeToString(KEY))
                        .toString());
        environment.put("UNDERSTUDY_WEBHOOK_ON_CALL_URL", receiver.url("/on-call"));
        environment.put("UNDERSTUDY_WEBHOOK_ON_CALL_FORMAT", "slack");
        environment.put("UNDERSTUDY_WEBHOOK_ON_CALL_ACTIONS", "disabled");
        environment.put("UNDERSTUDY_NOTICES_SEND_WITHIN", "5s");
        return environment;
    }

    private ServiceProcess start(String name, Map<String, String> environment) throws IOException {
        return ServiceProcess.start(Files.createDirectories(directory.resolve(name)), environment)
                .awaitTests();
    }

    private static void change(ServiceProcess service, String what, String body, int status) {
        var answer = service.send("POST", TESTS + what, body);
        assertEquals(status, answer.statusCode(), answer::body);
    }

    private List<Post> desk() {
        return receiver.posts().stream()
                .filter(post -> post.path().equals("/desk"))
                .toList();
    }

    private static String signed(Post post) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        String content = post.header("webhook-id") + "." + post.header("webhook-timestamp") + "." + post.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_notice_outlives_the_replica_that_sent_it_and_two_replicas_send_each_once() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory);
                WebhookReceiver closing = receiver) {
            String database = postgres.newDatabase();
            Map<String, String> environment = environment(database);
            closing.will(Deed.HANG);
            try (ServiceProcess dying = start("dying", environment)) {
                awaitDestinations(database);
                change(
                        dying,
                        "/create",
                        "{\"test_id\": \"canary\", \"control_model\": \"bull_specialist\","
                                + " \"treatment_model\": \"bull_specialist_v2\"}",
                        201);
                await().atMost(WITHIN).until(() -> !desk().isEmpty());
                dying.kill();
            }
            String first = desk().getFirst().header("webhook-id");
            receiver.will(Deed.TAKE);
            int before = desk().size();

            try (ServiceProcess one = start("one", environment);
                    ServiceProcess other = start("other", environment)) {
                await().atMost(WITHIN).until(() -> desk().size() > before);
                assertEquals(first, desk().getLast().header("webhook-id"));
                assertEquals(desk().getFirst().body(), desk().getLast().body());
                int known = desk().size();
                for (int i = 0; i < 5; i++) {
                    change(one, "/canary/disable", "", 200);
                    change(other, "/canary/enable", "", 200);
                }

                await().atMost(WITHIN).until(() -> receiver.posts().size() == known + 10 + 5);
                assertEquals(
                        Stream.iterate(1, i -> i + 1)
                                .limit(5)
                                .flatMap(i -> Stream.of("disabled", "enabled"))
                                .toList(),
                        desk().stream()
                                .skip(known)
                                .map(post -> new JsonObject(post.body())
                                        .getJsonObject("data")
                                        .getString("action"))
                                .toList());
                assertEquals(
                        10,
                        desk().stream().skip(known).map(Post::body).distinct().count());
                await().atMost(WITHIN).until(() -> sent(one) + sent(other) == 10 + 1);
            }
            for (Post post : desk()) {
                assertEquals(signed(post), post.header("webhook-signature"));
            }
            Post onCall = receiver.posts().stream()
                    .filter(post -> post.path().equals("/on-call"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(new JsonObject(onCall.body()).getString("text").startsWith("*canary*: disabled by "));
            assertEquals("", onCall.header("webhook-signature"));
        }
    }

    /** A destination gets what happens after it was first reported. */
    private static void awaitDestinations(String database) {
        try (OwnOutbox outbox = OwnOutbox.of(database)) {
            await().atMost(WITHIN)
                    .until(() -> outbox.select("select 1 from ab_notice_destinations")
                                    .size()
                            == 2);
        }
    }

    private static int sent(ServiceProcess service) {
        return service.send("GET", "/q/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith("understudy_notices_total{")
                        && line.contains("destination=\"desk\"")
                        && line.contains("result=\"sent\""))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
