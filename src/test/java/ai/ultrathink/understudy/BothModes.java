package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A test in each mode, a shadow and a split. */
final class BothModes {

    private static final String SHADOW = "in-shadow";
    private static final String SPLIT = "in-split";

    static final List<String> TEST_IDS = List.of(SHADOW, SPLIT);

    private BothModes() {}

    /** Creates them where an earlier process on this database has not done so. */
    static void create(ServiceProcess service) {
        create(
                service,
                Service.explicitTest(SHADOW, "bull_specialist", "bull_specialist_v2")
                        .put("mode", "shadow"));
        create(
                service,
                Service.explicitTest(SPLIT, "bear_specialist", "bear_specialist_v2")
                        .put("traffic_split", 0.5)
                        // a machine under load has late answers, and the test shall go on
                        .put("guardrails", Service.alerting()));
    }

    private static void create(ServiceProcess service, JsonObject test) {
        var answer = service.send("POST", Service.TESTS + "/create", test.encode());
        assertTrue(Set.of(201, 409).contains(answer.statusCode()), answer::body);
    }

    /** Waits until everything that the service has kept is stored. */
    static void flush(ServiceProcess service) {
        await("the results are stored")
                .atMost(Duration.ofMinutes(2))
                // 503 for as long as the database does not take them
                .until(() ->
                        service.send("POST", Service.about(SHADOW, "flush"), "").statusCode() == 200);
    }
}
