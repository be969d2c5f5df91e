package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import ai.ultrathink.understudy.testkit.OipServer;
import ai.ultrathink.understudy.testkit.OipServer.Deed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A treatment that another server answers for, and that server fails. */
final class RemoteFaults {

    private static final String TREATMENT = "far";
    private static final int FEATURES = 43;
    private static final int PER_SECOND = 100;
    private static final int DEADLINE_MS = 1_000;
    private static final Duration WHILE = Duration.ofMillis(1500);
    private static final Duration AGAIN_WITHIN = Duration.ofSeconds(90);

    private RemoteFaults() {}

    static List<Fault> all() {
        return List.of(
                split("goes away", "its server stops (REST), under load", OipServer::rest, OipServer::stop),
                split("is silent", "its server never answers (gRPC)", OipServer::rpc, does(Deed.SILENT)),
                split("drips", "its server sends a byte every 5 ms without end", OipServer::rest, does(Deed.DRIP)),
                split("sends half", "its server ends each connection in mid reply", OipServer::rest, does(Deed.HALF)),
                split(
                        "sends garbage",
                        "its server sends what is no message (gRPC)",
                        OipServer::rpc,
                        does(Deed.GARBAGE)),
                split("sends another shape", "four numbers a row", OipServer::rest, does(Deed.WRONG_SHAPE)),
                split(
                        "is swapped",
                        "its server has another version of the model from now on",
                        OipServer::rpc,
                        server -> server.has("4")),
                shadow(),
                awayAtTheStart());
    }

    private static Consumer<OipServer> does(Deed deed) {
        return server -> server.will(deed);
    }

    private static Fault split(String what, String how, Supplier<OipServer> servers, Consumer<OipServer> blow) {
        return Fault.named("a treatment on a server " + what)
                .injected(how)
                .promised(
                        "control answers within 1,000 ms, and no prediction fails; when it is sound again it is used again")
                .when(context -> {
                    OipServer server = context.onClose(servers.get().takes(FEATURES));
                    ServiceReplica replica = replica(context, server);
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    Load load = context.load(replica, Ask.under(testId, CONTROL), PER_SECOND);
                    Thread.sleep(WHILE);
                    long struck = System.nanoTime();
                    blow.accept(server);
                    Recording recording = load.lasting(WHILE);
                    Recording since = recording.sentFrom(struck);
                    heal(server);
                    long again = Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    return measured(
                                    "%,d predictions, %d failed, longest %.0f ms (%s); used again after %.1f s",
                                    recording.size(),
                                    recording.failed(),
                                    recording.longestMillis(),
                                    since.tally(TimedAnswer::fallback),
                                    again / 1e3)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(recording.longestMillis() < DEADLINE_MS, "that is not within %d ms", DEADLINE_MS)
                            .holds(
                                    since.count(answer -> !answer.fallback().isEmpty()) > 0,
                                    "nothing was asked meanwhile")
                            .holds(replica.ready() && replica.live(), "the replica is not ready")
                            .verdict();
                });
    }

    private static Fault shadow() {
        return Fault.named("a shadowed treatment on a server is silent")
                .injected("its server never answers (REST)")
                .promised("no prediction fails or waits; control's answers, bit for bit")
                .when(context -> {
                    OipServer server = context.onClose(OipServer.rest().takes(FEATURES));
                    ServiceReplica replica = replica(context, server);
                    server.will(Deed.SILENT);
                    Ask ask = Ask.under(replica.shadow(CONTROL, TREATMENT), CONTROL);
                    Recording recording = context.load(replica, ask, PER_SECOND).lasting(WHILE);
                    return measured(
                                    "%,d predictions, %d failed, p99 %.1f ms",
                                    recording.size(), recording.failed(), recording.p99Millis())
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(recording.servedBy("treatment") == 0, "treatment answered")
                            .verdict();
                });
    }

    private static Fault awayAtTheStart() {
        return Fault.named("a model's server is away when the service starts")
                .injected("it starts when the service is ready")
                .promised("the others serve; the model is listed with the reason, and serves without a reload")
                .when(context -> {
                    OipServer server = context.onClose(OipServer.rest().takes(FEATURES));
                    server.stop();
                    ServiceReplica replica = replica(context, server);
                    boolean listed = replica.get("/api/v1/models").body().contains("it cannot be reached");
                    server.start();
                    long loaded = ServiceReplica.millisUntil(
                            AGAIN_WITHIN,
                            () -> replica.get("/api/v1/models").body().contains("answered by echo at"));
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    return measured("listed with the reason, and loaded %.1f s after its server", loaded / 1e3)
                            .holds(listed, "it is not listed with the reason")
                            .holds(loaded >= 0, "it is not loaded")
                            .verdict();
                });
    }

    private static void heal(OipServer server) {
        server.will(Deed.ANSWER).has("3").restart();
    }

    private static ServiceReplica replica(FaultContext context, OipServer server) throws IOException {
        ServiceReplica replica =
                context.replica("UNDERSTUDY_PROBE_EVERY", "1s", "UNDERSTUDY_PROBE_EVERY_AT_MOST", "1s");
        Path folder = Files.createDirectories(replica.launch().model(TREATMENT));
        Files.writeString(folder.resolve("model.json"), server.card());
        replica.post("/api/v1/models/reload", "");
        return replica;
    }
}
