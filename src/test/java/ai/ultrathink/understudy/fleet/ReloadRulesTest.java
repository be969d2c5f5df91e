package ai.ultrathink.understudy.fleet;

import static ai.ultrathink.understudy.fleet.Fleets.MODEL;
import static ai.ultrathink.understudy.fleet.Fleets.NEW;
import static ai.ultrathink.understudy.fleet.Fleets.failed;
import static ai.ultrathink.understudy.fleet.Fleets.fleet;
import static ai.ultrathink.understudy.fleet.Fleets.gone;
import static ai.ultrathink.understudy.fleet.Fleets.loading;
import static ai.ultrathink.understudy.fleet.Fleets.old;
import static ai.ultrathink.understudy.fleet.Fleets.ready;
import static ai.ultrathink.understudy.fleet.Fleets.reload;
import static ai.ultrathink.understudy.fleet.Fleets.replica;
import static ai.ultrathink.understudy.fleet.Fleets.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.ReloadDecision;
import ai.ultrathink.understudy.replica.ReloadProgress;
import ai.ultrathink.understudy.replica.ReloadTarget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReloadRulesTest {

    private static final Duration LEFT = Duration.ofSeconds(30);
    private static final Duration OVER = Duration.ZERO;

    private final ReloadRules settling = new ReloadRules(new QuickFleet());

    @Test
    void a_replica_alone_switches_at_once() {
        ReloadDecision.Switch to = switched(fleet(reload(LEFT), replica("one", ready())));

        assertEquals(List.of(new ReloadTarget(MODEL, NEW)), to.targets());
        assertEquals(Duration.ZERO, to.in());
        assertNull(to.left());
    }

    @Test
    void all_that_are_ready_switch_a_moment_after_they_have_been_told() {
        ReloadDecision.Switch to = switched(fleet(reload(LEFT), replica("one", ready()), replica("two", ready())));

        assertEquals(QuickFleet.SWITCH, to.in());
        assertNull(to.left());
        assertEquals(
                List.of(
                        new ReloadProgress("one", MODEL, "loaded", null),
                        new ReloadProgress("two", MODEL, "loaded", null)),
                to.progress());
    }

    @Test
    void one_that_is_still_loading_is_waited_for() {
        assertWaits(fleet(reload(LEFT), replica("one", ready()), replica("two", loading())));
    }

    @Test
    void one_whose_folder_has_another_version_is_waited_for() {
        assertWaits(fleet(reload(LEFT), replica("one", ready()), replica("two", old())));
    }

    @Test
    void one_that_cannot_load_it_may_be_mended_until_the_deadline() {
        assertWaits(fleet(reload(LEFT), replica("one", ready()), replica("two", failed())));
    }

    @Test
    void one_that_has_not_been_heard_lately_is_not_waited_for() {
        Duration silence = QuickFleet.ALIVE.plusMillis(1);

        ReloadDecision.Switch to =
                switched(fleet(reload(LEFT), replica("one", ready()), silent("two", silence, loading())));

        assertEquals(Duration.ZERO, to.in());
        assertEquals(1, to.progress().size());
    }

    @Test
    void one_that_was_heard_within_the_time_is_alive() {
        assertWaits(fleet(reload(LEFT), replica("one", ready()), silent("two", QuickFleet.ALIVE, loading())));
    }

    @Test
    void at_the_deadline_it_goes_on_without_the_one_that_is_not_ready_and_names_it() {
        ReloadDecision.Switch to = switched(fleet(reload(OVER), replica("one", ready()), replica("two", failed())));

        assertEquals(List.of(new ReloadTarget(MODEL, NEW)), to.targets());
        assertEquals(QuickFleet.DRAIN, to.in());
        assertEquals("bull@2#bbbbbbbbbbbb is not on two (failed: NaN)", to.left());
    }

    @Test
    void at_the_deadline_it_fails_when_fewer_than_half_of_the_replicas_would_be_left() {
        ReloadDecision.Fail fail = assertInstanceOf(
                ReloadDecision.Fail.class,
                settling.of(
                        fleet(
                                reload(OVER),
                                replica("one", ready()),
                                replica("two", old()),
                                replica("three", new ModelInMemory[0])),
                        true));

        assertEquals(
                "not done: bull@2#bbbbbbbbbbbb is not on two (waiting: its folder has version #aaaaaaaaaaaa), three"
                        + " (waiting: it has no folder of that name)",
                fail.why());
    }

    @Test
    void what_loads_on_no_replica_fails_before_the_deadline() {
        assertInstanceOf(
                ReloadDecision.Fail.class,
                settling.of(fleet(reload(LEFT), replica("one", failed()), replica("two", failed())), true));
    }

    @Test
    void of_two_models_the_one_that_is_everywhere_goes_on_at_the_deadline() {
        ModelVersion bear = new ModelVersion("bear", "2", "c".repeat(64));
        ModelInMemory bearReady = new ModelInMemory("bear", null, bear, bear.digest(), false, null);
        FleetState fleet = fleet(
                reload(OVER, new ReloadTarget(MODEL, NEW), new ReloadTarget("bear", bear)),
                replica("one", ready(), bearReady),
                replica("two", ready()),
                replica("three", ready()));

        ReloadDecision.Switch to = switched(fleet);

        assertEquals(List.of(new ReloadTarget(MODEL, NEW)), to.targets());
        assertEquals(QuickFleet.SWITCH, to.in());
        assertTrue(Objects.requireNonNull(to.left()).startsWith("not done: bear@2#cccccccccccc is not on two"));
    }

    @Test
    void a_model_is_taken_away_when_it_is_gone_from_every_replica() {
        ReloadTarget away = new ReloadTarget(MODEL, null);

        ReloadDecision.Switch to = switched(fleet(reload(LEFT, away), replica("one", gone()), replica("two", gone())));

        assertEquals(List.of(away), to.targets());
        assertWaits(fleet(reload(LEFT, away), replica("one", gone()), replica("two", old())));
    }

    @Test
    void a_model_that_one_replica_still_has_is_not_taken_away_at_the_deadline() {
        ReloadDecision.Fail fail = assertInstanceOf(
                ReloadDecision.Fail.class,
                settling.of(
                        fleet(
                                reload(OVER, new ReloadTarget(MODEL, null)),
                                replica("one", gone()),
                                replica("two", gone()),
                                replica("three", old())),
                        true));

        assertEquals("not done: bull taken away is not on three (waiting: its folder is still there)", fail.why());
    }

    @Test
    void without_an_open_reload_nothing_is_settled() {
        assertWaits(fleet(null, replica("one", ready())));
    }

    @Test
    void after_an_outage_those_that_may_only_be_late_are_waited_for() {
        Duration silence = QuickFleet.ALIVE.plusMillis(1);
        FleetState fleet = fleet(reload(LEFT), replica("one", ready()), silent("two", silence, ready()));

        assertInstanceOf(ReloadDecision.Wait.class, settling.of(fleet, false));
        assertInstanceOf(ReloadDecision.Switch.class, settling.of(fleet, true));
    }

    private ReloadDecision.Switch switched(FleetState fleet) {
        return assertInstanceOf(ReloadDecision.Switch.class, settling.of(fleet, true));
    }

    private void assertWaits(FleetState fleet) {
        assertInstanceOf(ReloadDecision.Wait.class, settling.of(fleet, true));
    }
}
