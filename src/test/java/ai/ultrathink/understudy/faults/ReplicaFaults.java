package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Several replicas on one database. */
final class ReplicaFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final Duration FENCE = Duration.ofSeconds(5);
    private static final String RELOADED = "universal";
    private static final int EDITS = 20;
    private static final int UNITS = 500;

    private ReplicaFaults() {}

    static List<Fault> all() {
        return List.of(fence(), edits(), promotion(), killed(), migrations(), assignment(), reload());
    }

    private static Fault fence() {
        return Fault.named("a replica is cut off from the database")
                .injected("the packets of one replica to the database are dropped; a lease of 5 s instead of 30 s")
                .promised("control answers within 7 s; the treatment again within 10 s of the end")
                .when(context -> {
                    ServiceReplica here = context.replica();
                    Proxy proxy = context.proxy();
                    ServiceReplica cutOff = context.replica(
                            "DATABASE_URL",
                            context.through(proxy),
                            "UNDERSTUDY_CATALOG_FENCE_AFTER",
                            FENCE.toSeconds() + "s");
                    String testId = here.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(cutOff, testId, "treatment", Duration.ofSeconds(10));
                    Load load = context.load(cutOff, Ask.under(testId, CONTROL), 50);
                    proxy.silence();
                    // a single answer by control may be a slow treatment's; the reason tells
                    long closed = ServiceReplica.millisUntil(
                            Duration.ofSeconds(12),
                            () -> cutOff.ask(Ask.under(testId, CONTROL), 1)
                                    .fallback()
                                    .equals("guard_open"));
                    long fenced = System.nanoTime();
                    boolean ready = cutOff.ready();
                    Thread.sleep(Duration.ofSeconds(2));
                    long mended = System.nanoTime();
                    proxy.speak();
                    long back =
                            closed < 0 ? 0 : Health.awaitServedBy(cutOff, testId, "treatment", Duration.ofSeconds(30));
                    Recording recording = load.stop();
                    long slipped = recording
                            .sentFrom(fenced)
                            .count(answer -> answer.answeredNanos() < mended
                                    && answer.servedBy().equals("treatment"));
                    return measured(
                                    "control after %.1f s and %d treatment answers from then on, treatment again after %.1f s,"
                                            + " %d of %d failed",
                                    closed / 1e3, slipped, back / 1e3, recording.failed(), recording.size())
                            .holds(closed >= 0 && closed < 7000, "it did not fail closed in time")
                            .holds(slipped == 0, "treatment answered without a lease")
                            .holds(back < 10_000, "it came back late")
                            .holds(ready, "it was not ready")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .verdict();
                });
    }

    private static Fault edits() {
        return Fault.named("two replicas change a test at once")
                .injected(EDITS + " pairs of changes with the same If-Match, one on each replica")
                .promised("exactly one of each pair is done, the other is a 409")
                .when(context -> {
                    ServiceReplica one = context.replica();
                    ServiceReplica other = context.replica();
                    String testId = one.split(CONTROL, TREATMENT, 0.5);
                    int right = 0;
                    for (int i = 0; i < EDITS; i++) {
                        double share = (i + 1) / 100.0;
                        long generation = i + 1L;
                        Health.awaitGeneration(testId, generation, one, other);
                        List<Integer> statuses = Stream.of(one, other)
                                .map(replica -> CompletableFuture.supplyAsync(
                                        () -> replica.updateSplit(testId, share, generation)))
                                .toList()
                                .stream()
                                .map(CompletableFuture::join)
                                .sorted()
                                .toList();
                        right += statuses.equals(List.of(200, 409)) ? 1 : 0;
                    }
                    // one may hear of the last change a moment after the other made it
                    Health.awaitGeneration(testId, EDITS + 1, one, other);
                    long last = one.test(testId).getLong("generation");
                    return measured("%d of %d pairs were one 200 and one 409; generation %d", right, EDITS, last)
                            .holds(right == EDITS, "not all")
                            .holds(last == EDITS + 1, "a change was lost or doubled")
                            .verdict();
                });
    }

    private static Fault promotion() {
        return Fault.named("a treatment is promoted under load")
                .injected("promote on one replica, the other under load")
                .promised("no prediction fails; on the other replica the promoted model answers within 1 s")
                .when(context -> {
                    ServiceReplica one = context.replica();
                    ServiceReplica other = context.replica();
                    // not control's answers any more: the load asks for another model
                    Load load = context.load(other, Ask.plain("universal"), 100);
                    String testId = one.split(CONTROL, TREATMENT, 0.5);
                    ServiceReplica.ok(one.promote(testId));
                    long seen =
                            ServiceReplica.millisUntil(Duration.ofSeconds(10), () -> TREATMENT.equals(model(other)));
                    Recording recording = load.stop();
                    return measured("seen after %d ms, %d of %d failed", seen, recording.failed(), recording.size())
                            .holds(seen >= 0 && seen < 1000, "the bound is 1,000 ms")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .verdict();
                });
    }

    private static String model(ServiceReplica replica) {
        return new JsonObject(replica.ask(Ask.plain(CONTROL), 1).body())
                .getJsonObject("metadata")
                .getString("model");
    }

    private static Fault killed() {
        return Fault.named("one of two replicas is killed")
                .injected("kill -9 of one, both under load")
                .promised("the other answers everything and can be managed")
                .when(context -> {
                    ServiceReplica one = context.replica();
                    ServiceReplica other = context.replica();
                    String testId = one.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(other, testId, "treatment", Duration.ofSeconds(10));
                    Load there = context.load(one, Ask.under(testId, CONTROL), 50);
                    Load here = context.load(other, Ask.under(testId, CONTROL), 100);
                    Thread.sleep(Duration.ofSeconds(1));
                    one.process().kill();
                    int changed = other.call(testId, "disable").statusCode();
                    Recording recording = here.lasting(Duration.ofSeconds(2));
                    there.stop();
                    return measured("%d of %d failed on the other", recording.failed(), recording.size())
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(changed == 200, "disable answered %d", changed)
                            .verdict();
                });
    }

    private static Fault migrations() {
        return Fault.named("two replicas migrate an empty database at once")
                .injected("both are started at the same moment")
                .promised("the schema is made once, and both are ready and answer")
                .when(context -> {
                    long start = System.nanoTime();
                    ServiceReplica one = context.started();
                    ServiceReplica other = context.started();
                    one.awaitReady();
                    other.awaitReady();
                    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
                    String testId = one.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(other, testId, "treatment", Duration.ofSeconds(10));
                    long failed = StoredRows.number(
                            context.database(), "select count(*) from flyway_schema_history where not success");
                    long doubled = StoredRows.number(
                            context.database(),
                            "select count(*) - count(distinct version) from flyway_schema_history where version is not null");
                    context.ask(one, Ask.under(testId, CONTROL), 2);
                    return measured("both ready after %.1f s, %d migrations failed", millis / 1e3, failed)
                            .holds(failed == 0 && doubled == 0, "migrations failed or ran twice")
                            .verdict();
                });
    }

    private static Fault assignment() {
        return Fault.named("the same units on two replicas and after a restart")
                .injected(UNITS + " units on both replicas, then on one that was killed and restarted")
                .promised("every unit is in the same group everywhere")
                .when(context -> {
                    ServiceReplica one = context.replica();
                    ServiceReplica other = context.replica();
                    String testId = one.split(CONTROL, TREATMENT, 0.3);
                    Health.awaitGeneration(testId, 1, other);
                    List<String> first = groups(one, testId);
                    List<String> second = groups(other, testId);
                    one.process().kill();
                    List<String> third = groups(context.started(one.launch()).awaitReady(), testId);
                    long treatment = first.stream().filter("treatment"::equals).count();
                    return measured("%d of %d units in treatment, three times alike", treatment, UNITS)
                            .holds(first.equals(second), "the replicas differ")
                            .holds(first.equals(third), "the restart changed groups")
                            .holds(treatment > 0 && treatment < UNITS, "all in one group")
                            .verdict();
                });
    }

    private static Fault reload() {
        return Fault.named("a model is reloaded on two replicas, and one cannot load it")
                .injected(
                        "a new version on one, an invalid file on the other, a reload under load with a deadline of 5 s")
                .promised(
                        "one switches to the new version; the other refuses the model and is not ready; no early failure")
                .when(context -> {
                    String[] impatient = {"UNDERSTUDY_FLEET_RELOAD_WITHIN", "5s", "UNDERSTUDY_FLEET_DRAIN_FOR", "3s"};
                    ServiceReplica one = context.replica(impatient);
                    ServiceReplica other = context.replica(impatient);
                    Path card = one.launch().model(RELOADED).resolve("model.json");
                    Files.writeString(
                            card,
                            new JsonObject(Files.readString(card))
                                    .put("version", "next")
                                    .encode());
                    Files.writeString(other.launch().model(RELOADED).resolve("model.pt"), "no network");
                    Load here = context.load(one, Ask.plain(RELOADED), 50);
                    Load there = context.load(other, Ask.plain(RELOADED), 50);
                    int asked = one.post("/api/v1/models/reload", "").statusCode();
                    long switched = ServiceReplica.millisUntil(
                            Duration.ofSeconds(30),
                            () -> version(one.ask(Ask.plain(RELOADED), 1)).equals("next"));
                    Thread.sleep(Duration.ofSeconds(2));
                    boolean ready = other.ready();
                    Recording first = here.stop();
                    Recording second = there.stop();
                    long firstNew = first.answers().stream()
                            .filter(answer -> version(answer).equals("next"))
                            .mapToLong(TimedAnswer::answeredNanos)
                            .min()
                            .orElse(Long.MAX_VALUE);
                    long lastOld = Stream.concat(first.answers().stream(), second.answers().stream())
                            .filter(answer -> answer.ok() && !version(answer).equals("next"))
                            .mapToLong(TimedAnswer::sentNanos)
                            .max()
                            .orElse(Long.MIN_VALUE);
                    long both =
                            Duration.ofNanos(Math.max(0, lastOld - firstNew)).toMillis();
                    long early = second.count(answer -> !answer.ok()
                            && answer.answeredNanos()
                                    < firstNew - Duration.ofSeconds(1).toNanos());
                    return measured(
                                    "switched after %.1f s, both versions for %d ms; on the other %d of %d refused, %d of them"
                                            + " early; on the one %d of %d failed",
                                    switched / 1e3,
                                    both,
                                    second.failed(),
                                    second.size(),
                                    early,
                                    first.failed(),
                                    first.size())
                            .holds(asked == 202, "reload answered %d", asked)
                            .holds(switched >= 0, "it did not switch")
                            .holds(both < 1000, "the bound is 1,000 ms")
                            .holds(!ready, "the other was ready")
                            .holds(second.failed() > 0, "the other never refused")
                            .holds(early == 0, "it refused before the switch")
                            .holds(first.failed() == 0, "the first failure: %s", first.firstFailure())
                            .verdict();
                });
    }

    private static String version(TimedAnswer answer) {
        return answer.ok()
                ? new JsonObject(answer.body()).getJsonObject("metadata").getString("model_version")
                : "";
    }

    private static List<String> groups(ServiceReplica replica, String testId) {
        Ask ask = Ask.under(testId, CONTROL);
        return IntStream.range(0, UNITS)
                .mapToObj(unit -> replica.ask(ask, unit).group())
                .toList();
    }
}
