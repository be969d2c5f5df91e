package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import ai.ultrathink.understudy.inference.ScriptedModel;
import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.Signals;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Treatments run in a worker, and it ends in every way that a process can end. */
final class WorkerFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final int FEATURES = 43;
    private static final int PER_SECOND = 100;
    private static final Duration A_WHILE = Duration.ofSeconds(1);
    private static final Duration AGAIN_WITHIN = Duration.ofSeconds(60);
    private static final Duration OUT_OF_USE_WITHIN = Duration.ofMinutes(3);
    /** A thousand: {@code TOOL_OPTS="-Dunderstudy.deaths=1000 -Dunderstudy.fault-minutes=60" make faults FAULTS=workers}. */
    private static final int KILLS = Integer.getInteger("understudy.deaths", 100);

    /** A model that ends its worker at those rows that misbehave. */
    private static final String DIVIDING = "divides";

    private static final Pattern SERVING = Pattern.compile("serving in process (\\d+)");

    /** Zero at those rows that misbehave, otherwise one; see {@link FixedQuestions#provokes}. */
    private static final String SOUND = "d = int(torch.min(torch.to(torch.lt(torch.slice(x, 1, 0, 1), 1000.), 4)))";

    private static final String ANSWER = "return torch.softmax(torch.add(z, CONSTANTS.c0), 1)";

    private static final String[] DIVIDES = {
        SOUND, "z = torch.add(torch.slice(x, 1, 0, 3), torch.remainder(7, d))", ANSWER
    };
    /** 400 tensors of 256 MB. */
    private static final String[] TAKES_MEMORY = {
        SOUND,
        "kept = annotate(List[Tensor], [])",
        "for i in range(torch.mul(torch.sub(1, d), 400)):",
        "  _0 = torch.append(kept, torch.ones([67108864]))",
        // what is not used is not computed
        "z = torch.add(torch.slice(x, 1, 0, 3), torch.remainder(torch.len(kept), 1))",
        ANSWER
    };

    private static final int VERY_DEEP = 60_000;

    private WorkerFaults() {}

    /** What is done to the worker. */
    @FunctionalInterface
    private interface Blow {
        void strike(ServiceReplica replica, String testId, long worker) throws Exception;
    }

    static List<Fault> all() {
        return List.of(
                idle(),
                underLoad("is killed", "SIGKILL", "sigkill", TREATMENT, signal("KILL")),
                underLoad("crashes", "SIGSEGV", "sigsegv", TREATMENT, signal("SEGV")),
                underLoad("aborts", "SIGABRT", "sigabrt", TREATMENT, signal("ABRT")),
                underLoad(
                        "stops",
                        "SIGSTOP, with UNDERSTUDY_TREATMENT_HANG_AFTER=1s",
                        "hang",
                        TREATMENT,
                        signal("STOP"),
                        "UNDERSTUDY_TREATMENT_HANG_AFTER",
                        "1s"),
                underLoad(
                        "divides by zero",
                        "a treatment divides integers by zero at one request (SIGFPE)",
                        "sigfpe",
                        DIVIDING,
                        WorkerFaults::provoke),
                underLoad(
                        "takes 100 GB",
                        "a treatment keeps 400 tensors of 256 MB at one request, and 1 GB is allowed",
                        "memory",
                        "takes_memory",
                        WorkerFaults::provoke,
                        // a busy machine takes longer to give so much memory than a pass may take
                        "UNDERSTUDY_TREATMENT_HANG_AFTER",
                        "30s"),
                crashLoop(),
                loading(),
                parentKilled(),
                manyDeaths());
    }

    private static Blow signal(String name) {
        return (replica, testId, worker) -> Signals.send(name, ProcessHandle.of(worker).stream());
    }

    /** One request at which the treatment misbehaves. */
    private static void provoke(ServiceReplica replica, String testId, long worker) {
        replica.ask(Ask.under(testId, CONTROL), 0);
    }

    private static Fault underLoad(
            String what, String how, String cause, String treatment, Blow blow, String... environment) {
        return Fault.named("the worker " + what + " under load")
                .injected(how)
                .promised("no prediction fails; control answers for what was in flight; another worker serves")
                .when(context -> {
                    ServiceReplica replica = replica(context, environment);
                    long worker = awaitWorker(replica, 0);
                    String testId = replica.split(CONTROL, treatment, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    Load load = sound(context, replica, testId);
                    Thread.sleep(A_WHILE);
                    long struck = System.nanoTime();
                    blow.strike(replica, testId, worker);
                    long next = awaitWorker(replica, worker);
                    double took = (System.nanoTime() - struck) / 1e6;
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    Recording recording = load.lasting(A_WHILE);
                    Recording since = recording.sentFrom(struck);
                    return measured(
                                    "%,d predictions, %d failed, longest %.0f ms (%s); another worker after %.0f ms",
                                    recording.size(),
                                    recording.failed(),
                                    recording.longestMillis(),
                                    since.tally(TimedAnswer::fallback),
                                    took)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(deaths(replica, cause) == 1, "it is not counted as %s", cause)
                            .holds(next != worker && ended(worker), "the former one is still there")
                            .holds(
                                    since.count(answer -> !answer.fallback().isEmpty()) > 0,
                                    "nothing was asked meanwhile")
                            .holds(replica.ready() && replica.live(), "the replica is not ready")
                            .verdict();
                });
    }

    private static Fault idle() {
        return Fault.named("the worker is killed while nobody asks")
                .injected("SIGKILL")
                .promised("readiness and metrics show it; another worker serves, and its answers are the same")
                .when(context -> {
                    ServiceReplica replica = replica(context);
                    long worker = awaitWorker(replica, 0);
                    long start = System.nanoTime();
                    Signals.send("KILL", ProcessHandle.of(worker).stream());
                    long shown = ServiceReplica.millisUntil(AGAIN_WITHIN, () -> worker(replica) != worker);
                    long next = awaitWorker(replica, worker);
                    double took = (System.nanoTime() - start) / 1e6;
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    return measured("shown after %d ms, another worker after %.0f ms", shown, took)
                            .holds(shown >= 0 && shown < 1_000, "that is not soon")
                            .holds(next != worker, "it is the same")
                            .holds(deaths(replica, "sigkill") == 1, "it is not counted")
                            .verdict();
                });
    }

    private static Fault crashLoop() {
        return Fault.named("a treatment ends each worker")
                .injected("it divides by zero at every request, but not at its probes (SIGFPE), under load")
                .promised("no prediction fails; after three deaths it is out of use, with an event; others are served")
                .when(context -> {
                    // a guard that opens again and again waits longer and longer, and a busy machine starts workers
                    // slowly
                    ServiceReplica replica = replica(context, "UNDERSTUDY_TREATMENT_DEATH_WINDOW", "5m");
                    awaitWorker(replica, 0);
                    String testId = replica.split(CONTROL, DIVIDING, 1.0);
                    String other = replica.split(CONTROL, TREATMENT, 1.0);
                    Load load = context.load(replica, Ask.under(testId, CONTROL).only(Ask.Which.PROVOKING), PER_SECOND);
                    long out = ServiceReplica.millisUntil(
                            OUT_OF_USE_WITHIN, () -> actions(replica, testId).contains("treatment_out_of_use"));
                    awaitWorker(replica, 0);
                    Recording recording = load.lasting(A_WHILE);
                    Health.awaitServedBy(replica, other, "treatment", AGAIN_WITHIN);
                    return measured(
                                    "%,d predictions, %d failed (%s); out of use after %.1f s and %.0f deaths; the other"
                                            + " treatment answers",
                                    recording.size(),
                                    recording.failed(),
                                    recording.tally(TimedAnswer::fallback),
                                    out / 1e3,
                                    deaths(replica, "sigfpe"))
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(out >= 0, "it is not out of use")
                            .holds(deaths(replica, "sigfpe") == 3, "there were more or fewer deaths")
                            .verdict();
                });
    }

    private static Fault loading() {
        return Fault.named("a folder ends the worker that loads it")
                .injected("at a reload under load: one divides by zero at any row, one nests 60,000 calls")
                .promised("each is listed with its reason; no prediction fails; the others serve")
                .when(context -> {
                    ServiceReplica replica = replica(context);
                    awaitWorker(replica, 0);
                    Load load = context.load(replica, Ask.plain(CONTROL), PER_SECOND);
                    ScriptedModel.write(
                            replica.launch().model("always_divides"),
                            FEATURES,
                            "d = int(torch.sum(torch.mul(x, 0.)))",
                            "z = torch.add(torch.slice(x, 1, 0, 3), torch.remainder(7, d))",
                            ANSWER);
                    ScriptedModel.write(
                            replica.launch().model("nested"),
                            FEATURES,
                            "z = " + "torch.neg(".repeat(VERY_DEEP) + "torch.slice(x, 1, 0, 3)" + ")".repeat(VERY_DEEP),
                            ANSWER);
                    int reloaded = replica.post("/api/v1/models/reload", "").statusCode();
                    Map<String, String> reasons = reasons(replica);
                    awaitWorker(replica, 0);
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    Recording recording = load.lasting(A_WHILE);
                    return measured(
                                    "%,d predictions, %d failed; %s; %s",
                                    recording.size(),
                                    recording.failed(),
                                    reasons.getOrDefault("always_divides", "not listed"),
                                    reasons.getOrDefault("nested", "not listed"))
                            .holds(reloaded / 100 == 2, "the reload failed")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(
                                    reasons.getOrDefault("always_divides", "")
                                                    .contains("ended the process that loads it")
                                            && reasons.getOrDefault("nested", "")
                                                    .contains("nested more than"),
                                    "the reasons are others")
                            .verdict();
                });
    }

    private static Fault parentKilled() {
        return Fault.named("a service with a worker is killed")
                .injected("SIGKILL of the service alone, under load")
                .promised("its worker ends, and leaves no file behind")
                .when(context -> {
                    Path temporary = temporary(context);
                    ServiceReplica replica = replica(context, "JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
                    long worker = awaitWorker(replica, 0);
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", AGAIN_WITHIN);
                    context.load(replica, Ask.under(testId, CONTROL), PER_SECOND);
                    Thread.sleep(A_WHILE);
                    replica.process().kill();
                    long gone = ServiceReplica.millisUntil(AGAIN_WITHIN, () -> ended(worker));
                    return measured("the worker ended after %d ms", gone)
                            .holds(gone >= 0, "it is still there")
                            .holds(socketFiles(temporary).isEmpty(), "files are left: %s", socketFiles(temporary))
                            .verdict();
                });
    }

    private static Fault manyDeaths() {
        return Fault.named("workers are killed again and again")
                .injected("SIGKILL of %d workers as soon as they serve, under load".formatted(KILLS))
                .promised("no prediction fails; no descriptor, thread, process or file is left")
                .when(context -> {
                    // each life is a long one, so the next start follows at once
                    Path temporary = temporary(context);
                    ServiceReplica replica = replica(
                            context,
                            "UNDERSTUDY_TREATMENT_DEATH_WINDOW",
                            "1ms",
                            "JAVA_OPTS",
                            "-Djava.io.tmpdir=" + temporary);
                    long worker = awaitWorker(replica, 0);
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Load load = sound(context, replica, testId);
                    // what is made once only is made by the first
                    worker = killed(replica, worker);
                    long[] before = held(replica);
                    for (int kill = 0; kill < KILLS; kill++) {
                        worker = killed(replica, worker);
                    }
                    Recording recording = load.stop();
                    long settled = ServiceReplica.millisUntil(
                            AGAIN_WITHIN, () -> Arrays.equals(before, smaller(before, held(replica))));
                    long[] after = held(replica);
                    return measured(
                                    "%,d predictions, %d failed; descriptors %d to %d, threads %d to %d, children %d to %d",
                                    recording.size(),
                                    recording.failed(),
                                    before[0],
                                    after[0],
                                    before[1],
                                    after[1],
                                    before[2],
                                    after[2])
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(settled >= 0, "something is left")
                            .holds(socketFiles(temporary).isEmpty(), "files are left: %s", socketFiles(temporary))
                            .verdict();
                });
    }

    private static long killed(ServiceReplica replica, long worker) {
        Signals.send("KILL", ProcessHandle.of(worker).stream());
        return awaitWorker(replica, worker);
    }

    /** Descriptors, threads and child processes of the service, with those that have ended and were not waited for. */
    private static long[] held(ServiceReplica replica) throws IOException {
        Path process =
                Path.of("/proc", Long.toString(replica.process().process().pid()));
        return new long[] {
            entries(process.resolve("fd")),
            entries(process.resolve("task")),
            replica.process().process().children().count()
        };
    }

    /** Connections of callers and threads for them come and go: some more are no leak, one for each death would be. */
    private static long[] smaller(long[] before, long[] after) {
        long[] within = after.clone();
        for (int i = 0; i < within.length; i++) {
            if (after[i] < before[i] + KILLS / 2) {
                within[i] = before[i];
            }
        }
        return within;
    }

    private static long entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }

    /** Sockets and their directories that a service has left among its temporary files. */
    private static List<Path> socketFiles(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("understudy-worker"))
                    .toList();
        }
    }

    /** A directory for temporary files. Its path is short, as that of a socket has to be. */
    private static Path temporary(FaultContext context) throws IOException {
        Path directory = Files.createTempDirectory("faults");
        AutoCloseable deleted = () -> Directories.delete(directory);
        context.onClose(deleted);
        return directory;
    }

    /** Asks only what no treatment misbehaves at. */
    private static Load sound(FaultContext context, ServiceReplica replica, String testId) {
        return context.load(replica, Ask.under(testId, CONTROL).only(Ask.Which.SOUND), PER_SECOND);
    }

    private static ServiceReplica replica(FaultContext context, String... more) throws IOException {
        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(context.database()));
        environment.put("UNDERSTUDY_TREATMENT_RUNTIME", "worker");
        environment.put("UNDERSTUDY_TREATMENT_MAX_MEMORY", "1G");
        environment.put("UNDERSTUDY_PROBE_EVERY", "1s");
        environment.put("UNDERSTUDY_PROBE_EVERY_AT_MOST", "1s");
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        Launch launch = launch(context, environment);
        ScriptedModel.write(launch.model("takes_memory"), FEATURES, TAKES_MEMORY);
        return context.started(launch).awaitReady();
    }

    private static Launch launch(FaultContext context, Map<String, String> environment) throws IOException {
        Launch launch = Launch.in(context.directory(), environment);
        ScriptedModel.write(launch.model(DIVIDING), FEATURES, DIVIDES);
        return launch;
    }

    /** Waits for a worker that serves and is not this one. */
    private static long awaitWorker(ServiceReplica replica, long not) {
        try {
            long[] now = {0};
            long waited = ServiceReplica.millisUntil(AGAIN_WITHIN, () -> {
                now[0] = worker(replica);
                return now[0] != 0 && now[0] != not;
            });
            if (waited < 0) {
                throw new IllegalStateException("no worker serves within " + AGAIN_WITHIN.toSeconds() + " s");
            }
            return now[0];
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The process of the worker that serves, or 0. */
    private static long worker(ServiceReplica replica) {
        Matcher serving = SERVING.matcher(replica.get("/q/health/ready").body());
        return serving.find() ? Long.parseLong(serving.group(1)) : 0;
    }

    private static boolean ended(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        return process.isEmpty() || !process.get().isAlive();
    }

    static double deaths(ServiceReplica replica, String cause) {
        return replica.metric("understudy_worker_deaths_total", "cause=\"" + cause + "\"");
    }

    private static String actions(ServiceReplica replica, String testId) {
        return replica.get("/api/v1/ab-test/" + testId + "/events").body();
    }

    private static Map<String, String> reasons(ServiceReplica replica) {
        Map<String, String> reasons = new HashMap<>();
        for (Object model : new JsonArray(replica.get("/api/v1/models").body())) {
            reasons.put(
                    ((JsonObject) model).getString("name"), String.valueOf(((JsonObject) model).getString("reason")));
        }
        return reasons;
    }
}
