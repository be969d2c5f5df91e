package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The service's own process is killed, stopped or asked to end. */
final class ProcessFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final int PER_SECOND = 200;
    private static final Duration STORED_WITHIN = Duration.ofSeconds(30);
    private static final long GRACE_SECONDS = 30;
    private static final long STILL_TAKEN_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

    private ProcessFaults() {}

    static List<Fault> all() {
        return List.of(killed(), terminated(), paused());
    }

    private static Fault killed() {
        return Fault.named("the service is killed and started again")
                .injected("kill -9 under load with the database stopped, then a new process on the same data")
                .promised("every answered prediction has its row exactly once")
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String split = replica.split(CONTROL, TREATMENT, 0.5);
                    String shadow = replica.shadow(CONTROL, TREATMENT);
                    Load divided = context.load(replica, Ask.under(split, CONTROL), PER_SECOND);
                    Load shadowed = context.load(replica, Ask.under(shadow, CONTROL), PER_SECOND);
                    Thread.sleep(Duration.ofSeconds(1));
                    context.postgres().pause();
                    Thread.sleep(Duration.ofSeconds(1));
                    replica.process().kill();
                    Recording inSplit = divided.stop();
                    Recording inShadow = shadowed.stop();
                    context.postgres().resume();
                    context.started(replica.launch()).awaitReady();
                    StoredRows splitRows = StoredRows.complete(context.database(), split, STORED_WITHIN, inSplit);
                    StoredRows shadowRows = StoredRows.complete(context.database(), shadow, STORED_WITHIN, inShadow);
                    long missing = splitRows.missing(inSplit) + shadowRows.missing(inShadow);
                    long doubled = splitRows.doubled() + shadowRows.doubled();
                    long answered = inSplit.count(TimedAnswer::ok) + inShadow.count(TimedAnswer::ok);
                    return measured("%,d answered, %d rows missing, %d doubled", answered, missing, doubled)
                            .holds(answered > 100, "too few were answered to tell")
                            .holds(missing == 0 && doubled == 0, "rows are missing or doubled")
                            .verdict();
                });
    }

    private static Fault terminated() {
        return Fault.named("the service is asked to end")
                .injected("SIGTERM under load")
                .promised(
                        "not ready first; requests up to a second after the signal are answered and stored; exit 0 within 30 s")
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String testId = replica.shadow(CONTROL, TREATMENT);
                    Load load = context.load(replica, Ask.under(testId, CONTROL), PER_SECOND);
                    Thread.sleep(Duration.ofSeconds(2));
                    long sent = System.nanoTime();
                    replica.process().process().destroy();
                    boolean[] unready = {false};
                    ServiceReplica.millisUntil(Duration.ofSeconds(GRACE_SECONDS), () -> {
                        unready[0] |= replica.process().process().isAlive()
                                && replica.process().status("/q/health/ready") == 503;
                        return !replica.process().process().isAlive();
                    });
                    boolean ended = replica.process().process().waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
                    double took = (System.nanoTime() - sent) / 1e9;
                    Recording recording = load.stop();
                    int exit = ended ? replica.process().process().exitValue() : -1;
                    // what comes later may find a door that is closing
                    Recording taken = recording.only(answer -> answer.sentNanos() < sent + STILL_TAKEN_NANOS);
                    int late = recording.size() - taken.size();
                    StoredRows rows = StoredRows.complete(context.database(), testId, Duration.ofSeconds(2), recording);
                    return measured(
                                    "exit %d after %.1f s; %d of %,d requests that were sent until 0.9 s after the signal"
                                            + " failed, %d came later; %d of %,d rows missing, %d doubled; 503 from readiness"
                                            + " seen: %s",
                                    exit,
                                    took,
                                    taken.failed(),
                                    taken.size(),
                                    late,
                                    rows.missing(recording),
                                    recording.count(TimedAnswer::ok),
                                    rows.doubled(),
                                    unready[0])
                            .holds(exit == 0, "the exit code should be 0")
                            .holds(took < GRACE_SECONDS, "that is too long")
                            .holds(unready[0], "readiness did not go down first")
                            .holds(taken.failed() == 0, "the first failure: %s", taken.firstFailure())
                            .holds(
                                    !taken.sentFrom(sent).answers().isEmpty(),
                                    "nothing was sent after the signal: the load was too small to tell")
                            .holds(rows.missing(recording) == 0, "rows are missing")
                            .holds(rows.doubled() == 0, "rows are doubled")
                            .verdict();
                });
    }

    private static Fault paused() {
        return Fault.named("the service itself stops for 5 s")
                .injected("SIGSTOP and SIGCONT of its process under load")
                .promised("whatever is answered is right, and two seconds later all is as before")
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String testId = replica.shadow(CONTROL, TREATMENT);
                    Load load = context.load(replica, Ask.under(testId, CONTROL), 100);
                    Thread.sleep(Duration.ofSeconds(1));
                    replica.process().signal("STOP");
                    Thread.sleep(Duration.ofSeconds(5));
                    replica.process().signal("CONT");
                    long resumed = System.nanoTime();
                    Recording recording = load.lasting(Duration.ofSeconds(4));
                    Recording later = recording.sentFrom(resumed + TimeUnit.SECONDS.toNanos(2));
                    StoredRows rows = StoredRows.complete(context.database(), testId, STORED_WITHIN, recording);
                    return measured(
                                    "%s; from 2 s after it went on: %d of %d failed, p99 %.1f ms; %d rows missing",
                                    recording.tally(TimedAnswer::status),
                                    later.failed(),
                                    later.size(),
                                    later.p99Millis(),
                                    rows.missing(recording))
                            .holds(later.failed() == 0, "the first failure: %s", later.firstFailure())
                            .holds(later.p99Millis() < 100, "it has not recovered")
                            .holds(rows.missing(recording) == 0 && rows.doubled() == 0, "rows are missing or doubled")
                            .holds(replica.live() && replica.ready(), "it is not live and ready")
                            .verdict();
                });
    }
}
