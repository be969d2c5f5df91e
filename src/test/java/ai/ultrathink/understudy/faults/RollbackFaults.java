package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Taking a treatment out of service, on a replica and on the others, also where notices do not arrive. */
final class RollbackFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final int CHANGES = 20;
    private static final int PER_SECOND = 100;
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(10);
    private static final long SECOND_MS = 1000;
    private static final long POLLED_MS = 2000;

    private static final String SILENT_TRIGGER = "do $$ begin execute replace("
            + "pg_get_functiondef('ab_catalog_advance'::regproc), 'perform pg_notify', 'perform concat'); end $$";
    private static final String END_LISTENERS = "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
            + " datname = current_database() and query ilike 'listen%'";

    private RollbackFaults() {}

    /** What happens to the notices before each change. */
    @FunctionalInterface
    private interface Interference {
        void beforeEachChange() throws Exception;
    }

    static List<Fault> all() {
        return List.of(
                Fault.named("a test is disabled under load")
                        .injected(CHANGES + " changes on one replica of two, both under load")
                        .promised(
                                "no answer of the treatment on that replica after the call; p99 below 1 s on the other")
                        .when(context -> disabled(context, CHANGES, SECOND_MS, () -> {})),
                Fault.named("the connection for notices is ended")
                        .injected("pg_terminate_backend on all that LISTEN, before each of 5 changes")
                        .promised("as above: what was missed is fetched when the connection is back")
                        .when(context -> {
                            String database = context.database();
                            return disabled(context, 5, SECOND_MS, () -> StoredRows.execute(database, END_LISTENERS));
                        }),
                Fault.named("notices are lost")
                        .injected("the trigger no longer notifies, 5 changes")
                        .promised("the other replica's poll finds the change within 2 s")
                        .when(context -> {
                            String database = context.database();
                            return disabled(context, 5, POLLED_MS, () -> StoredRows.execute(database, SILENT_TRIGGER));
                        }),
                waitingShadows());
    }

    private static FaultVerdict disabled(FaultContext context, int changes, long boundMs, Interference interference)
            throws Exception {
        ServiceReplica here = context.replica();
        ServiceReplica there = context.replica();
        String testId = here.split(CONTROL, TREATMENT, 1.0);
        awaitAnswering(testId, here, there);
        Load loadHere = context.load(here, Ask.under(testId, CONTROL), PER_SECOND);
        Load loadThere = context.load(there, Ask.under(testId, CONTROL), PER_SECOND);
        long[] disabledAt = new long[changes];
        long[] enabledAt = new long[changes];
        long[] seenMs = new long[changes];
        for (int change = 0; change < changes; change++) {
            interference.beforeEachChange();
            ServiceReplica.ok(here.call(testId, "disable"));
            disabledAt[change] = System.nanoTime();
            seenMs[change] = ServiceReplica.millisUntil(SEEN_WITHIN, () -> isDisabled(there, testId));
            enabledAt[change] = System.nanoTime();
            ServiceReplica.ok(here.call(testId, "enable"));
            awaitAnswering(testId, here, there);
        }
        Recording recordingHere = loadHere.stop();
        Recording recordingThere = loadThere.stop();
        long after = 0;
        for (int change = 0; change < changes; change++) {
            long from = disabledAt[change];
            long to = enabledAt[change];
            after += recordingHere.count(answer -> answer.sentNanos() > from
                    && answer.answeredNanos() < to
                    && answer.servedBy().equals("treatment"));
        }
        boolean allSeen = Arrays.stream(seenMs).allMatch(millis -> millis >= 0);
        long longest = Arrays.stream(seenMs).max().orElse(-1);
        return measured(
                        "%d treatment answers after %d disables; the other replica followed within %d ms (median %d ms)",
                        after, changes, longest, Arrays.stream(seenMs).sorted().toArray()[changes / 2])
                .holds(after == 0, "there should be none")
                .holds(allSeen && longest < boundMs, "the bound is %d ms", boundMs)
                .holds(recordingHere.failed() + recordingThere.failed() == 0, "predictions failed")
                .verdict();
    }

    /** A single answer by control may be a slow treatment's; the reason tells. */
    private static boolean isDisabled(ServiceReplica replica, String testId) {
        return replica.ask(Ask.under(testId, CONTROL), 1).fallback().equals("test_disabled");
    }

    private static boolean answers(ServiceReplica replica, String testId) {
        return replica.ask(Ask.under(testId, CONTROL), 1).servedBy().equals("treatment");
    }

    private static void awaitAnswering(String testId, ServiceReplica... replicas) throws Exception {
        for (ServiceReplica replica : replicas) {
            ServiceReplica.millisUntil(SEEN_WITHIN, () -> answers(replica, testId));
        }
    }

    private static Fault waitingShadows() {
        return Fault.named("a test is disabled while shadows wait")
                .injected("the treatment hangs with a deadline of 30 s while 200 shadows wait; then disable")
                .promised("waiting shadows are cancelled, except the running one, and their rows are stored within 3 s")
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String testId = replica.create(ServiceReplica.test(CONTROL, RemoteControlledModel.TREATMENT.model())
                            .put("mode", "shadow")
                            .put("treatment_deadline_ms", 30_000));
                    RemoteControlledModel.TREATMENT.hangs();
                    // alone, for requests that come at once would share the pass that hangs
                    replica.ask(Ask.under(testId, CONTROL), 1);
                    Recording recording = context.load(replica, Ask.under(testId, CONTROL), 200)
                            .lasting(Duration.ofSeconds(1));
                    ServiceReplica.ok(replica.call(testId, "disable"));
                    StoredRows[] rows = {StoredRows.of(context.database(), testId)};
                    int stored = recording.size() - (int) rows[0].missing(recording);
                    long running = ServiceReplica.millisUntil(Duration.ofSeconds(3), () -> {
                        rows[0] = StoredRows.of(context.database(), testId);
                        return rows[0].missing(recording) == 0;
                    });
                    long missing = rows[0].missing(recording);
                    return measured(
                                    "%d shadows, %d stored before, %d not stored 3 s after%s",
                                    recording.size(),
                                    stored,
                                    missing,
                                    running < 0 ? "" : " (all after " + running + " ms)")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(stored < recording.size() / 2, "hardly any waited")
                            .holds(missing == 0, "only the first one runs")
                            .verdict();
                });
    }
}
