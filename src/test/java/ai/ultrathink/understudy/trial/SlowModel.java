package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.testkit.Waiting.await;

import java.time.Duration;

/** The model whose passes go on for seconds after a test has given them up. */
final class SlowModel {

    private static final String NAME = "slow";
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private SlowModel() {}

    /** Waits until it answers at once in both roles, so that the next test does not wait behind the passes of this one. */
    static void awaitIdle() {
        for (String role : new String[] {"control", "treatment"}) {
            String testId = created(explicitTest(newId("idle"), NAME, NAME)
                    .put("aa", true)
                    .put("traffic_split", role.equals("control") ? 0 : 1)
                    .put("pairs", 0)
                    .put("control_deadline_ms", 60_000)
                    .put("treatment_deadline_ms", 50_000));
            await().atMost(WITHIN)
                    .until(() ->
                            role.equals(placement(predicted(request(testId))).getString("served_by"))
                                    && !failsItsProbe(role));
            delete(TESTS + "/" + testId);
        }
    }

    /** A probe that met a pass that was given up says so a moment later, and the guards stay open until the next. */
    private static boolean failsItsProbe(String role) {
        return get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("understudy_probe_failing{"))
                .anyMatch(line -> line.contains("\"" + NAME + "\"")
                        && line.contains("\"" + role + "\"")
                        && line.endsWith(" 1.0"));
    }
}
