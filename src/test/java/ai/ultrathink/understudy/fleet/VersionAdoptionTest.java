package ai.ultrathink.understudy.fleet;

import static ai.ultrathink.understudy.fleet.Fleets.NEW;
import static ai.ultrathink.understudy.fleet.Fleets.NOW;
import static ai.ultrathink.understudy.fleet.Fleets.OLD;
import static ai.ultrathink.understudy.fleet.Fleets.old;
import static ai.ultrathink.understudy.fleet.Fleets.ready;
import static ai.ultrathink.understudy.fleet.Fleets.reload;
import static ai.ultrathink.understudy.fleet.Fleets.replica;
import static ai.ultrathink.understudy.fleet.Fleets.silent;
import static ai.ultrathink.understudy.fleet.Fleets.switched;
import static ai.ultrathink.understudy.fleet.Fleets.wanting;
import static ai.ultrathink.understudy.fleet.Fleets.withheld;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.replica.WantedModel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionAdoptionTest {

    private static final Duration LONG = QuickFleet.ALIVE.plusSeconds(1);

    private final VersionAdoption adoption = new VersionAdoption(new ReloadRules(new QuickFleet()));

    @Test
    void what_nobody_has_wanted_yet_is_wanted_as_it_is() {
        ReplicaState one = replica("one", old());

        assertEquals(List.of(OLD), adoption.due(new FleetState(NOW, List.of(), List.of(one), null), one, false));
    }

    @Test
    void what_was_taken_away_and_is_here_again_is_wanted_again() {
        ReplicaState one = replica("one", withheld(OLD));
        WantedModel away = new WantedModel(Fleets.MODEL, null, NOW.minusSeconds(60), "ada");

        assertEquals(List.of(OLD), adoption.due(new FleetState(NOW, List.of(away), List.of(one), null), one, false));
    }

    @Test
    void one_that_starts_alone_with_another_version_serves_that() {
        ReplicaState one = replica("one", switched());

        assertEquals(List.of(NEW), adoption.due(wanting(OLD, one), one, false));
    }

    @Test
    void one_that_starts_beside_others_does_not_serve_another_version() {
        ReplicaState one = replica("one", switched());

        assertEquals(List.of(), adoption.due(wanting(OLD, one, replica("two", old())), one, true));
    }

    @Test
    void one_beside_others_of_which_none_has_the_wanted_version_serves_its_own() {
        ReplicaState one = replica("one", withheld(NEW));

        assertEquals(List.of(NEW), adoption.due(wanting(OLD, one, replica("two", switched())), one, true));
    }

    @Test
    void a_replica_that_may_only_be_late_is_waited_for() {
        ReplicaState one = replica("one", withheld(OLD));
        FleetState afterAnOutage = wanting(NEW, one, silent("two", LONG, switched()));

        assertEquals(List.of(), adoption.due(afterAnOutage, one, false));
        assertEquals(List.of(OLD), adoption.due(afterAnOutage, one, true));
    }

    @Test
    void while_a_reload_is_open_nothing_of_it_is_adopted() {
        ReplicaState one = replica("one", switched());
        FleetState fleet =
                new FleetState(NOW, List.of(Fleets.wanted(OLD)), List.of(one), reload(Duration.ofSeconds(30)));

        assertEquals(List.of(), adoption.due(fleet, one, true));
    }

    @Test
    void before_the_moment_of_the_switch_nothing_is_adopted() {
        ReplicaState one = replica("one", old());
        WantedModel ahead = new WantedModel(Fleets.MODEL, NEW, NOW.plusSeconds(1), "ada");

        assertEquals(List.of(), adoption.due(new FleetState(NOW, List.of(ahead), List.of(one), null), one, true));
    }

    @Test
    void one_that_has_the_wanted_version_in_memory_adopts_no_other() {
        ReplicaState one = replica("one", ready());

        assertEquals(List.of(), adoption.due(wanting(NEW, one), one, true));
    }
}
