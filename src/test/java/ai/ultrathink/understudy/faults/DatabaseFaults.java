package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A database that is away, slow or silent, under load. */
final class DatabaseFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final int PER_SECOND = 100;
    private static final Duration STORED_WITHIN = Duration.ofSeconds(60);
    private static final long AT_ONCE_MS = 1000;

    private DatabaseFaults() {}

    /** Makes the database fail, waits, and mends it. */
    @FunctionalInterface
    private interface Outage {
        void happen(Proxy proxy) throws Exception;
    }

    static List<Fault> all() {
        return List.of(
                stopped(60).when(context -> underLoad(context, proxy -> pause(context, 60))),
                stopped(3).quickly().when(context -> underLoad(context, proxy -> pause(context, 3))),
                Fault.named("the database is killed and restarted")
                        .injected("kill -9 of all its processes under load, started again after 5 s")
                        .promised("no prediction fails, each has its row exactly once")
                        .when(context -> underLoad(context, proxy -> {
                            context.postgres().kill();
                            Thread.sleep(Duration.ofSeconds(5));
                            context.postgres().restart();
                        })),
                outage("the database is slow", "each packet takes 500 ms, for 10 s", proxy -> {
                    proxy.delay(Duration.ofMillis(500));
                    Thread.sleep(Duration.ofSeconds(10));
                    proxy.delay(Duration.ZERO);
                }),
                outage("packets to the database are dropped", "nothing comes through for 10 s", proxy -> {
                    proxy.silence();
                    Thread.sleep(Duration.ofSeconds(10));
                    proxy.speak();
                }),
                outage(
                        "connections to the database are half-open",
                        "the database's side is reset, the service's side hears nothing",
                        proxy -> {
                            proxy.halfOpen();
                            Thread.sleep(Duration.ofSeconds(5));
                        }),
                outage("connections to the database are reset", "all of them, ten times in 5 s", proxy -> {
                    for (int i = 0; i < 10; i++) {
                        proxy.reset();
                        Thread.sleep(Duration.ofMillis(500));
                    }
                }),
                management(),
                awayAtStart(),
                migrationCut());
    }

    private static Fault.Draft stopped(int seconds) {
        return Fault.named("the database stops for " + seconds + " s")
                .injected("SIGSTOP of all its processes under load, SIGCONT after " + seconds + " s")
                .promised("no prediction fails, each has its row exactly once");
    }

    private static void pause(FaultContext context, int seconds) throws Exception {
        context.postgres().pause();
        try {
            Thread.sleep(Duration.ofSeconds(seconds));
        } finally {
            context.postgres().resume();
        }
    }

    private static Fault outage(String name, String how, Outage outage) {
        return Fault.named(name)
                .injected(how + ", by a proxy under load")
                .promised("no prediction fails, each has its row exactly once")
                .when(context -> underLoad(context, outage));
    }

    private static FaultVerdict underLoad(FaultContext context, Outage outage) throws Exception {
        Proxy proxy = context.proxy();
        ServiceReplica replica = context.replica("DATABASE_URL", context.through(proxy));
        String split = replica.split(CONTROL, TREATMENT, 0.5);
        String shadow = replica.shadow(CONTROL, TREATMENT);
        Load divided = context.load(replica, Ask.under(split, CONTROL), PER_SECOND);
        Load shadowed = context.load(replica, Ask.under(shadow, CONTROL), PER_SECOND);
        Thread.sleep(Duration.ofSeconds(1));
        outage.happen(proxy);
        Recording inSplit = divided.lasting(Duration.ofSeconds(1));
        Recording inShadow = shadowed.stop();
        long failed = inSplit.failed() + inShadow.failed();
        long start = System.nanoTime();
        StoredRows splitRows = StoredRows.complete(context.database(), split, STORED_WITHIN, inSplit);
        StoredRows shadowRows = StoredRows.complete(context.database(), shadow, STORED_WITHIN, inShadow);
        double stored = (System.nanoTime() - start) / 1e9;
        long missing = splitRows.missing(inSplit) + shadowRows.missing(inShadow);
        long doubled = splitRows.doubled() + shadowRows.doubled();
        return measured(
                        "%,d predictions, %d failed, p99 %.1f ms, longest %.0f ms; %d rows missing, %d doubled, all stored"
                                + " %.1f s later",
                        inSplit.size() + inShadow.size(),
                        failed,
                        Math.max(inSplit.p99Millis(), inShadow.p99Millis()),
                        Math.max(inSplit.longestMillis(), inShadow.longestMillis()),
                        missing,
                        doubled,
                        stored)
                .holds(failed == 0, "the first failure: %s %s", inSplit.firstFailure(), inShadow.firstFailure())
                .holds(missing == 0 && doubled == 0, "rows are missing or doubled")
                .verdict();
    }

    private static Fault management() {
        return Fault.named("tests are managed while the database is silent")
                .injected("no packet gets through; ten changes in a row, after a first one that finds out")
                .promised("503 problem documents at once (below 1 s)")
                .when(context -> {
                    Proxy proxy = context.proxy();
                    ServiceReplica replica = context.replica("DATABASE_URL", context.through(proxy));
                    String testId = replica.split(CONTROL, TREATMENT, 1.0);
                    Load load = context.load(replica, Ask.under(testId, CONTROL), PER_SECOND);
                    proxy.silence();
                    Thread.sleep(Duration.ofSeconds(3));
                    replica.call(testId, "disable");
                    long longest = 0;
                    int right = 0;
                    for (int i = 0; i < 10; i++) {
                        long start = System.nanoTime();
                        HttpResponse<String> response = replica.call(testId, "disable");
                        longest = Math.max(
                                longest,
                                Duration.ofNanos(System.nanoTime() - start).toMillis());
                        right += isProblem(response) ? 1 : 0;
                    }
                    proxy.speak();
                    Recording recording = load.stop();
                    return measured(
                                    "%d of 10 were 503 problems, the longest took %d ms; %d of %d predictions failed",
                                    right, longest, recording.failed(), recording.size())
                            .holds(right == 10, "not all")
                            .holds(longest < AT_ONCE_MS, "that is not at once")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .verdict();
                });
    }

    private static Fault awayAtStart() {
        return Fault.named("the database is away at the start")
                .injected("the service is started while no packet reaches the database, which has an experiment")
                .promised(
                        "ready within 30 s, control answers, changes get 503 at once; later the experiments are loaded")
                .when(context -> {
                    ServiceReplica before = context.replica();
                    String testId = before.create(ServiceReplica.test(CONTROL, TREATMENT)
                            .put("explicit", false)
                            .put("traffic_split", 1.0));
                    before.process().kill();
                    Proxy proxy = context.proxy();
                    proxy.silence();
                    ServiceReplica replica = context.started("DATABASE_URL", context.through(proxy))
                            .awaitListening();
                    long ready = ServiceReplica.millisUntil(Duration.ofSeconds(30), replica::ready);
                    TimedAnswer answer = context.ask(replica, Ask.plain(CONTROL), 1);
                    long asked = System.nanoTime();
                    HttpResponse<String> change = replica.call(testId, "disable");
                    long took = Duration.ofNanos(System.nanoTime() - asked).toMillis();
                    proxy.speak();
                    long loaded = ServiceReplica.millisUntil(
                            Duration.ofSeconds(30),
                            () -> replica.ask(Ask.plain(CONTROL), 1).servedBy().equals("treatment"));
                    return measured(
                                    "ready %.1f s after it listened, a change got %d after %d ms, tests loaded %.1f s after",
                                    ready / 1e3, change.statusCode(), took, loaded / 1e3)
                            .holds(ready >= 0, "it was not ready")
                            .holds(answer.servedBy().equals("control"), "control did not answer: %s", answer.body())
                            .holds(isProblem(change), "that is no 503 problem: %s", change.body())
                            .holds(took < AT_ONCE_MS, "that is not at once")
                            .holds(loaded >= 0, "the tests are not loaded")
                            .verdict();
                });
    }

    private static Fault migrationCut() {
        return Fault.named("a migration's connections are cut")
                .injected("the server ends each session of the migration, for 5 s from the start")
                .promised("control answers; the schema is complete and the experiments are known within 30 s")
                .when(context -> {
                    String database = context.database();
                    ServiceReplica replica = context.started().awaitListening();
                    long cut = 0;
                    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
                    while (System.nanoTime() < until) {
                        cut += cutMigrations(database);
                    }
                    TimedAnswer answer = context.ask(replica, Ask.plain(CONTROL), 1);
                    long known = ServiceReplica.millisUntil(Duration.ofSeconds(30), replica::ready);
                    String testId = known < 0 ? "" : replica.split(CONTROL, TREATMENT, 1.0);
                    return measured("%d sessions cut; the tests known %.1f s later", cut, known / 1e3)
                            .holds(cut > 0, "nothing was cut")
                            .holds(answer.servedBy().equals("control"), "control did not answer: %s", answer.body())
                            .holds(known >= 0 && !testId.isEmpty(), "it does not recover")
                            .verdict();
                });
    }

    private static long cutMigrations(String database) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet cut =
                        statement.executeQuery("select count(*) filter (where pg_terminate_backend(pid)) as cut from"
                                + " pg_stat_activity where application_name = 'understudy migrations' and datname ="
                                + " current_database()")) {
            cut.next();
            return cut.getLong("cut");
        }
    }

    private static boolean isProblem(HttpResponse<String> response) {
        return response.statusCode() == 503
                && response.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json");
    }
}
