package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A treatment that misbehaves for longer: what it costs control, and what becomes of it. */
final class GuardFaults {

    private static final String TREATMENT = RemoteControlledModel.TREATMENT.model();
    private static final String SOUND = "bull_specialist_v2";
    private static final String IN_PROCESS = ", in process";
    private static final double BOUND = 1.15;
    /** A pass that computes cannot be stopped: on two cores it takes one from control, its callers and the database. */
    private static final double BOUND_WITHOUT_A_CORE = 1.5;

    private static final int ROUNDS = 12;
    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final int MODERATE = 150;

    private GuardFaults() {}

    static List<Fault> all() {
        return List.of(
                hangs("", "worker"),
                hangs(IN_PROCESS, "in_process"),
                burns("", "worker"),
                burns(IN_PROCESS, "in_process"),
                opens(),
                changedAnswers(),
                leak(),
                leakInWorker());
    }

    private static Fault hangs(String where, String runtime) {
        return p99(
                "hangs: the caller's p99" + where,
                runtime,
                BOUND,
                "every call waits in the operating system, a new test each round",
                RemoteControlledModel.TREATMENT::hangs);
    }

    private static Fault burns(String where, String runtime) {
        return p99(
                "burns a core: the caller's p99" + where,
                runtime,
                BOUND_WITHOUT_A_CORE,
                "each pass computes for about four seconds, a new test each round",
                () -> RemoteControlledModel.TREATMENT.burnsForEachPass(30));
    }

    private static Fault p99(String what, String runtime, double bound, String how, Runnable order) {
        return Fault.named("treatment " + what)
                .injected(how)
                .promised("the p99 of shadow is at most %s × that with a sound treatment, in turns in one service"
                        .formatted(bound))
                .when(context -> {
                    ServiceReplica replica = context.replica("UNDERSTUDY_TREATMENT_RUNTIME", runtime);
                    order.run();
                    // the rounds are taken together: the p99 of one round rests on five answers
                    Recording none = nothing(context, replica);
                    Recording sound = none;
                    Recording faulty = none;
                    for (int round = 0; round < ROUNDS; round++) {
                        none = none.plus(context.load(replica, Ask.plain(CONTROL), MODERATE)
                                .lasting(ROUND));
                        sound = sound.plus(shadow(context, replica, SOUND));
                        faulty = faulty.plus(shadow(context, replica, TREATMENT));
                    }
                    long failed = none.failed() + sound.failed() + faulty.failed();
                    double ratio = faulty.p99Millis() / sound.p99Millis();
                    return measured(
                                    "p99 %.2f × that with a sound treatment (%.2f ms to %.2f ms, p50 %.2f to %.2f; without"
                                            + " a test p99 %.2f ms, p50 %.2f; %d rounds at %d/s)",
                                    ratio,
                                    faulty.p99Millis(),
                                    sound.p99Millis(),
                                    faulty.quantileMillis(0.5),
                                    sound.quantileMillis(0.5),
                                    none.p99Millis(),
                                    none.quantileMillis(0.5),
                                    ROUNDS,
                                    MODERATE)
                            .holds(ratio <= bound, "the bound is %.2f", bound)
                            .holds(failed == 0, "%d predictions failed", failed)
                            .holds(replica.live(), "the replica is not live")
                            .verdict();
                });
    }

    private static Recording nothing(FaultContext context, ServiceReplica replica) throws InterruptedException {
        return context.load(replica, Ask.plain(CONTROL), MODERATE)
                .lasting(ROUND)
                .only(warmingUp -> false);
    }

    private static Recording shadow(FaultContext context, ServiceReplica replica, String treatment)
            throws InterruptedException {
        Ask ask = Ask.under(replica.shadow(CONTROL, treatment), CONTROL);
        Recording recording = context.load(replica, ask, MODERATE).lasting(ROUND);
        replica.call(String.valueOf(ask.testId()), "disable");
        return recording;
    }

    private static Fault opens() {
        return Fault.named("treatment throws for a while: guard")
                .injected("the model raises errors for 8 s and is mended then")
                .promised("the guard opens and the model is not asked; repaired, it answers again within 30 s")
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    Health.awaitSound(replica, TREATMENT);
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    double before = failures(replica);
                    RemoteControlledModel.TREATMENT.throwsAtEveryCall();
                    Recording recording = context.load(replica, Ask.under(testId, CONTROL), 200)
                            .lasting(Duration.ofSeconds(8));
                    double asked = failures(replica) - before;
                    RemoteControlledModel.TREATMENT.behaves();
                    long mended = Health.awaitServedBy(replica, testId, "treatment", Duration.ofSeconds(30));
                    return measured(
                                    "of %,d requests %.0f reached the model (%s); mended, it answered after %.1f s",
                                    recording.size(), asked, recording.tally(TimedAnswer::fallback), mended / 1e3)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(asked <= 30, "the guard let more than 30 through")
                            .verdict();
                });
    }

    private static double failures(ServiceReplica replica) {
        return replica.metric("understudy_model_failures_total", "model=\"" + TREATMENT + "\"", "role=\"treatment\"");
    }

    private static Fault changedAnswers() {
        return Fault.named("treatment changes its answers, split")
                .injected("the probabilities change places, with nothing wrong in their form")
                .promised("the probe notices, and control answers within 10 s; repaired, it answers again")
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    Health.awaitSound(replica, TREATMENT);
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    RemoteControlledModel.TREATMENT.changesItsAnswers();
                    long noticed = ServiceReplica.millisUntil(
                            Duration.ofSeconds(15),
                            () -> context.ask(replica, Ask.under(testId, CONTROL), 1)
                                    .servedBy()
                                    .equals("control"));
                    boolean ready = replica.ready();
                    RemoteControlledModel.TREATMENT.behaves();
                    long mended = noticed < 0
                            ? 0
                            : Health.awaitServedBy(replica, testId, "treatment", Duration.ofSeconds(30));
                    return measured(
                                    "control answered after %.1f s, treatment again after %.1f s",
                                    noticed / 1e3, mended / 1e3)
                            .holds(noticed >= 0 && noticed <= 10_000, "it went on answering")
                            .holds(ready, "the replica was not ready")
                            .verdict();
                });
    }

    private static Fault leak() {
        return Fault.named("treatment leaks memory, shadow")
                .injected("in the process of the service the model keeps 33 MiB more at each pass, about 20 passes")
                .promised("control's answers do not change, and a reload of the model frees the memory")
                .when(context -> {
                    ServiceReplica replica = context.replica("UNDERSTUDY_TREATMENT_RUNTIME", "in_process");
                    Ask ask = Ask.under(replica.shadow(CONTROL, TREATMENT), CONTROL);
                    context.load(replica, ask, 100).lasting(Duration.ofSeconds(3));
                    long before = replica.residentMib();
                    // so large that the allocator gives each back to the system as soon as it is freed
                    RemoteControlledModel.TREATMENT.keepsMemory(33);
                    Recording recording = context.load(replica, ask, 10).lasting(Duration.ofSeconds(2));
                    RemoteControlledModel.TREATMENT.behaves();
                    long leaking = replica.residentMib();
                    Path card = replica.launch().model(TREATMENT).resolve("model.json");
                    Files.writeString(card, Files.readString(card).replace("\"version\": \"1\"", "\"version\": \"2\""));
                    replica.post("/api/v1/models/reload", "");
                    long kept = leaking - before;
                    long[] left = {kept};
                    ServiceReplica.millisUntil(Duration.ofSeconds(10), () -> {
                        left[0] = replica.residentMib() - before;
                        return left[0] < kept / 2;
                    });
                    return measured(
                                    "%,d predictions, %d failed; %d MiB more, after the reload %d MiB more",
                                    recording.size(), recording.failed(), kept, left[0])
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(kept > 50, "nothing leaked")
                            .holds(left[0] < kept / 2, "the memory is not given back")
                            .verdict();
                });
    }

    private static Fault leakInWorker() {
        return Fault.named("treatment leaks memory in the worker, shadow")
                .injected("the model keeps 33 MiB more at each pass, and 512 MB are allowed")
                .promised(
                        "the worker is ended and another one serves; the service's own memory does not grow by 100 MiB")
                .when(context -> {
                    ServiceReplica replica = context.replica(
                            "UNDERSTUDY_TREATMENT_RUNTIME",
                            "worker",
                            "UNDERSTUDY_TREATMENT_MAX_MEMORY",
                            "512M",
                            // what the heap takes sooner or later is no leak
                            "JAVA_OPTS",
                            "-XX:+AlwaysPreTouch");
                    Ask ask = Ask.under(replica.shadow(CONTROL, TREATMENT), CONTROL);
                    context.load(replica, ask, 100).lasting(Duration.ofSeconds(3));
                    long before = replica.residentMib();
                    RemoteControlledModel.TREATMENT.keepsMemory(33);
                    Load load = context.load(replica, ask, 20);
                    long ended = ServiceReplica.millisUntil(
                            Duration.ofSeconds(30), () -> WorkerFaults.deaths(replica, "memory") > 0);
                    RemoteControlledModel.TREATMENT.behaves();
                    Recording recording = load.stop();
                    String testId = replica.split(CONTROL, SOUND, 1.0);
                    Health.awaitServedBy(replica, testId, "treatment", Duration.ofSeconds(60));
                    long kept = replica.residentMib() - before;
                    return measured(
                                    "%,d predictions, %d failed; %.0f workers ended; the service has %d MiB more",
                                    recording.size(), recording.failed(), WorkerFaults.deaths(replica, "memory"), kept)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(ended >= 0, "no worker was ended for its memory")
                            .holds(kept < 100, "the service has grown")
                            .verdict();
                });
    }
}
