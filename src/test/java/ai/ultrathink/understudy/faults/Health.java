package ai.ultrathink.understudy.faults;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;

/** How a replica stands to a model. */
final class Health {

    /** A version that hung while a worker loaded it rests for up to two minutes. */
    private static final Duration SOUND_WITHIN = Duration.ofMinutes(3);

    private Health() {}

    /** Waits until a new test's treatment answers: a fault before may have left the model degraded for a while. */
    static void awaitSound(ServiceReplica replica, String treatment) throws Exception {
        String testId = replica.split(FaultEnvironment.CONTROL, treatment, 1.0);
        awaitServedBy(replica, testId, "treatment", SOUND_WITHIN);
        replica.call(testId, "disable");
    }

    /** Waits until replicas know a test in a generation, or in a later one. */
    static void awaitGeneration(String testId, long generation, ServiceReplica... replicas) throws Exception {
        for (ServiceReplica replica : replicas) {
            long millis = ServiceReplica.millisUntil(SOUND_WITHIN, () -> {
                HttpResponse<String> response = replica.get("/api/v1/ab-test/" + testId);
                return response.statusCode() == 200
                        && new JsonObject(response.body()).getLong("generation") >= generation;
            });
            if (millis < 0) {
                throw new IllegalStateException("generation %d of %s is not seen".formatted(generation, testId));
            }
        }
    }

    /** Asks under a test until a variant answers; returns the milliseconds it took, or throws when it does not come. */
    static long awaitServedBy(ServiceReplica replica, String testId, String variant, Duration within) throws Exception {
        Ask ask = Ask.under(testId, FaultEnvironment.CONTROL);
        long millis = ServiceReplica.millisUntil(
                within, () -> replica.ask(ask, 1).servedBy().equals(variant));
        if (millis < 0) {
            throw new IllegalStateException("%s does not answer under %s within %d s: %s"
                    .formatted(
                            variant,
                            testId,
                            within.toSeconds(),
                            replica.ask(ask, 1).body()));
        }
        return millis;
    }
}
