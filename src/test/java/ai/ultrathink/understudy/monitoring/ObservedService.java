package ai.ultrathink.understudy.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The packaged service under traffic for a shadow and a split, with a Prometheus that scrapes it. */
final class ObservedService implements AutoCloseable {

    static final String SHADOW = "bull_v2_shadow";
    static final String SPLIT = "bear_v2_canary";
    static final List<String> TEST_IDS = List.of(SHADOW, SPLIT);

    /** Its treatment is spoilt, so the service ends it by itself. */
    static final String SPOILT = "bull_degraded_ramp";

    private final ServiceProcess service;
    private final Deque<Closeable> open = new ArrayDeque<>();

    private ObservedService(ServiceProcess service) {
        this.service = service;
        open.push(service::close);
    }

    static ObservedService start(Path directory) throws IOException {
        return new ObservedService(ServiceProcess.start(directory, Map.of()).awaitReady());
    }

    /** Creates the two tests; the split begins with 5%. */
    void createTests() {
        send(
                Service.TESTS + "/create",
                201,
                Service.explicitTest(SHADOW, "bull_specialist", "bull_specialist_v2")
                        .put("mode", "shadow")
                        .put(
                                "outcome",
                                new JsonObject()
                                        .put(
                                                "positions",
                                                new JsonObject()
                                                        .put("HOLD", 0)
                                                        .put("BUY", 1)
                                                        .put("SELL", -1))
                                        .put("clip", 0.05)
                                        .put("limit", -0.0005)));
        send(
                Service.TESTS + "/create",
                201,
                Service.explicitTest(SPLIT, "bear_specialist", "bear_specialist_v2")
                        .put("traffic_split", 0.05));
    }

    /** Creates a ramp that will be rolled back. */
    void createSpoilt() {
        send(
                Service.TESTS + "/create",
                201,
                Service.explicitTest(SPOILT, "bull_specialist", "bull_specialist_degraded")
                        .put("ramp", new JsonObject()));
    }

    void updateSplit(double split) {
        send(Service.about(SPLIT, "update-split"), 200, new JsonObject().put("traffic_split", split));
    }

    void delete(String testId) {
        assertEquals(
                204, service.send("DELETE", Service.TESTS + "/" + testId, "").statusCode());
    }

    private void send(String path, int status, JsonObject body) {
        var answer = service.send("POST", path, body.encode());
        assertEquals(status, answer.statusCode(), answer.body());
    }

    MarketTraffic ask(int perSecond, List<String> testIds) throws IOException {
        MarketTraffic traffic = MarketTraffic.start(service.at(Service.PREDICT), testIds, perSecond);
        open.push(traffic::close);
        return traffic;
    }

    Prometheus scrape(Path directory) throws IOException {
        Prometheus prometheus = Prometheus.start(directory, service.at("/"), Rule.FILE);
        open.push(prometheus::close);
        return prometheus;
    }

    /** In the reverse order; where one does not close, the others do. */
    @Override
    public void close() throws IOException {
        IOException trouble = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (IOException | RuntimeException e) {
                trouble = new IOException("not everything is closed", e);
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }
}
