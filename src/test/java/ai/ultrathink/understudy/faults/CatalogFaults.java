package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A database that is another one than it was, rows that make no sense, and clocks that jump. */
final class CatalogFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final String TESTS = "/api/v1/ab-test/";
    private static final int CALLERS = 60;
    private static final int PER_SECOND = 50;

    private static final String TAKE = "create table kept_configs as table ab_test_configs;"
            + " create table kept_changes as table ab_catalog_changes; create table kept_version as table ab_catalog_version";
    private static final String RESTORE = "do $$ begin set local session_replication_role = replica;"
            + " delete from ab_test_configs; insert into ab_test_configs select * from kept_configs;"
            + " delete from ab_catalog_changes; insert into ab_catalog_changes select * from kept_changes;"
            + " delete from ab_catalog_version; insert into ab_catalog_version select * from kept_version; end $$";

    private CatalogFaults() {}

    static List<Fault> all() {
        return List.of(wentBack(), unreadableRow(), clocks(), awayUnderSplitAndRamp());
    }

    private static Fault wentBack() {
        return Fault.named("the database goes back seven changes")
                .injected("the experiments and their history are restored under two replicas; then one is disabled")
                .promised(
                        "disable answers 200; after 2 s no caller gets the treatment; both replicas are ready and not fenced")
                .quickly()
                .when(context -> {
                    ServiceReplica here = context.replica();
                    ServiceReplica there = context.replica();
                    String testId = here.split(CONTROL, TREATMENT, 1.0);
                    StoredRows.execute(context.database(), TAKE);
                    for (int change = 1; change <= 7; change++) {
                        here.updateSplit(testId, change == 7 ? 1.0 : change / 10.0, change);
                    }
                    Health.awaitGeneration(testId, 8, here, there);
                    StoredRows.execute(context.database(), RESTORE);
                    int status = here.call(testId, "disable").statusCode();
                    int atOnce = treated(here, testId);
                    Thread.sleep(Duration.ofSeconds(2));
                    int later = treated(here, testId) + treated(there, testId);
                    double fenced =
                            here.metric("understudy_catalog_fenced") + there.metric("understudy_catalog_fenced");
                    return measured(
                                    "disable got %d; of %d callers %d got the treatment on that replica at once, of %d %d on"
                                            + " both 2 s later",
                                    status, CALLERS, atOnce, 2 * CALLERS, later)
                            .holds(status == 200, "it was not disabled")
                            .holds(atOnce == 0 && later == 0, "there should be none")
                            .holds(fenced == 0 && here.ready() && there.ready(), "not ready, or fenced")
                            .verdict();
                });
    }

    private static int treated(ServiceReplica replica, String testId) {
        return (int) IntStream.range(0, CALLERS)
                .filter(number -> replica.ask(Ask.under(testId, CONTROL), number)
                        .servedBy()
                        .equals("treatment"))
                .count();
    }

    private static Fault unreadableRow() {
        return Fault.named("a row of ab_test_configs cannot be read")
                .injected("an unknown mode is set by hand; a sound experiment under load is disabled")
                .promised(
                        "only the broken one is out of use, and it is named; the other is disabled; no prediction fails")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String sound = replica.split(CONTROL, TREATMENT, 1.0);
                    String broken = replica.split(CONTROL, TREATMENT, 1.0);
                    Load load = context.load(replica, Ask.under(sound, CONTROL), PER_SECOND);
                    Load loadOfBroken = context.load(replica, Ask.under(broken, CONTROL), PER_SECOND);
                    StoredRows.execute(
                            context.database(),
                            "alter table ab_test_configs drop constraint ab_test_configs_mode_known;"
                                    + " update ab_test_configs set mode = 'hidden' where test_id = '" + broken + "'");
                    long named = ServiceReplica.millisUntil(
                            Duration.ofSeconds(10), () -> replica.test(broken).containsKey("problem"));
                    HttpResponse<String> change = replica.call(sound, "disable");
                    String after = replica.ask(Ask.under(sound, CONTROL), 1).fallback();
                    String ofBroken = replica.ask(Ask.under(broken, CONTROL), 1).servedBy();
                    boolean readiness = replica.get("/q/health/ready").body().contains(broken);
                    long failed = load.stop().failed() + loadOfBroken.stop().failed();
                    return measured(
                                    "named after %d ms; the other's disable got %d and is in force (%s); %d predictions failed",
                                    named, change.statusCode(), after, failed)
                            .holds(named >= 0 && readiness, "it is not named")
                            .holds(
                                    change.statusCode() == 200 && after.equals("test_disabled"),
                                    "the other is not disabled")
                            .holds(!ofBroken.equals("treatment"), "its treatment answers")
                            .holds(failed == 0, "there should be none")
                            .verdict();
                });
    }

    private static Fault clocks() {
        return Fault.named("the database's clock jumps while a step holds")
                .injected("the ramps' clock is set two hours back, two hours forward, and two years forward")
                .promised("a hold of an hour neither ends nor stops; it is off by 5 minutes at most")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String testId = replica.create(
                            ServiceReplica.test(CONTROL, TREATMENT).put("ramp", ramp(3600)));
                    long longest = 0;
                    int grew = 0;
                    for (String by : List.of("- interval '2 hours'", "+ interval '2 hours'", "+ interval '2 years'")) {
                        StoredRows.execute(
                                context.database(), "update ab_ramp_clock set counted_at = counted_at " + by);
                        long held = held(replica, testId);
                        grew += ServiceReplica.millisUntil(Duration.ofSeconds(30), () -> held(replica, testId) > held)
                                        < 0
                                ? 0
                                : 1;
                        longest = Math.max(longest, held(replica, testId));
                    }
                    String state = replica.get(TESTS + testId + "/ramp").body();
                    return measured("held %d s after three jumps, and went on after %d of them", longest, grew)
                            .holds(new JsonObject(state).getInteger("step") == 1, "the step is over: %s", state)
                            .holds(longest < Duration.ofMinutes(10).toSeconds(), "time was invented")
                            .holds(grew == 3, "it stood still")
                            .verdict();
                });
    }

    private static long held(ServiceReplica replica, String testId) {
        return ServiceReplica.ok(replica.get(TESTS + testId + "/ramp")).getLong("held_seconds");
    }

    private static JsonObject ramp(int holdSeconds) {
        return new JsonObject()
                .put("steps", new JsonArray().add(0.5).add(1.0))
                .put("hold_seconds", holdSeconds)
                .put("rehearse", false);
    }

    private static Fault awayUnderSplitAndRamp() {
        return Fault.named("the database is away for 60 s under a split and a ramp")
                .injected(
                        "SIGSTOP of all its processes under load, SIGCONT after 60 s; sound models, default guardrails")
                .promised("no prediction fails; both tests run on: nothing is rolled back")
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    String split = replica.create(
                            ServiceReplica.guarded(CONTROL, TREATMENT).put("traffic_split", 0.5));
                    String ramp = replica.create(
                            ServiceReplica.guarded(CONTROL, TREATMENT).put("ramp", ramp(3600)));
                    Load inSplit = context.load(replica, Ask.under(split, CONTROL), PER_SECOND);
                    Load inRamp = context.load(replica, Ask.under(ramp, CONTROL), PER_SECOND);
                    Thread.sleep(Duration.ofSeconds(10));
                    context.postgres().pause();
                    Thread.sleep(Duration.ofSeconds(60));
                    context.postgres().resume();
                    long back = ServiceReplica.millisUntil(Duration.ofSeconds(30), () -> treated(replica, split) > 0);
                    // several evaluations, with all rows stored
                    Thread.sleep(Duration.ofSeconds(30));
                    Recording splits = inSplit.stop();
                    Recording ramps = inRamp.stop();
                    long fenced = splits.count(answer -> answer.fallback().equals("guard_open"))
                            + ramps.count(answer -> answer.fallback().equals("guard_open"));
                    boolean enabled = replica.test(split).getBoolean("enabled")
                            && replica.test(ramp).getBoolean("enabled");
                    long failed = splits.failed() + ramps.failed();
                    return measured(
                                    "%,d predictions, %d failed, %,d answered by control without a lease, treatment again after"
                                            + " %.1f s; %s",
                                    splits.size() + ramps.size(),
                                    failed,
                                    fenced,
                                    back / 1e3,
                                    enabled ? "both tests run on" : "rolled back")
                            .holds(failed == 0, "the first failure: %s %s", splits.firstFailure(), ramps.firstFailure())
                            .holds(fenced > 0, "the replica was not fenced")
                            .holds(back >= 0, "the treatment does not answer again")
                            .holds(
                                    enabled,
                                    "%s",
                                    replica.get(TESTS + split + "/events").body())
                            .verdict();
                });
    }
}
