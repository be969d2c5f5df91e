package ai.ultrathink.understudy.trial.tally;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Groups;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.evidence.TallyRow;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.trial.exposure.Experiments;
import com.fasterxml.uuid.Generators;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TalliesTest {

    private static final Experiment SPLIT = Experiments.split("t", 7, 0.25);

    private final FakeTallyStore database = new FakeTallyStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Tallies tallies =
            new Tallies(database::store, Duration.ofHours(1), Generators.timeBasedEpochGenerator(), meters);

    @Test
    void what_was_counted_is_stored_with_the_configuration_that_it_was_counted_under() {
        count(SPLIT, Group.CONTROL, Group.CONTROL, Group.TREATMENT);

        store();

        TallyRow row = database.last();
        assertEquals(new TallyRow("t", 7, row.run(), 0.25, new Groups(2, 1, 0), new Noise(0, 0)), row);
    }

    @Test
    void a_shadow_has_no_split_and_may_have_noise() {
        Experiment shadow = Experiments.shadow("t", 1);
        count(shadow, Group.SHADOW, Group.SHADOW);
        tallies.of(shadow).repeated(true);
        tallies.of(shadow).repeated(false);

        store();

        TallyRow row = database.last();
        assertEquals(new TallyRow("t", 1, row.run(), null, new Groups(0, 0, 2), new Noise(2, 1)), row);
    }

    @Test
    void the_same_run_goes_on_counting_and_is_stored_only_when_it_has() {
        count(SPLIT, Group.CONTROL);
        store();
        store();
        count(SPLIT, Group.TREATMENT);
        store();

        assertEquals(2, database.stored().size());
        assertEquals(new Groups(1, 1, 0), database.last().assigned());
        assertEquals(List.of(run(0), run(0)), List.of(run(0), run(1)));
    }

    @Test
    void what_a_database_that_is_away_did_not_take_comes_with_the_next_attempt() {
        database.away(true);
        count(SPLIT, Group.CONTROL);
        store();
        count(SPLIT, Group.CONTROL);
        store();
        assertEquals(List.of(), database.stored());
        assertEquals(2, failures("away"));

        database.away(false);
        store();

        assertEquals(new Groups(2, 0, 0), database.last().assigned());
    }

    @Test
    void what_the_database_refuses_is_counted_as_refused_and_tried_again() {
        database.refusing(true);
        count(SPLIT, Group.CONTROL);
        store();
        assertEquals(1, failures("refused"));

        database.refusing(false);
        store();

        assertEquals(new Groups(1, 0, 0), database.last().assigned());
    }

    @Test
    void each_generation_is_counted_for_itself_and_late_requests_of_the_old_one_still_count_there() {
        count(SPLIT, Group.CONTROL);
        count(SPLIT.withGeneration(8), Group.TREATMENT);
        count(SPLIT, Group.CONTROL);

        store();

        List<TallyRow> rows = database.stored().getFirst();
        assertEquals(new Groups(2, 0, 0), ofGeneration(rows, 7).assigned());
        assertEquals(new Groups(0, 1, 0), ofGeneration(rows, 8).assigned());
    }

    @Test
    void requests_of_one_configuration_find_the_same_count_without_looking_twice() {
        Tally first = tallies.of(SPLIT);
        tallies.of(SPLIT.withGeneration(6));

        assertSame(first, tallies.of(SPLIT));
    }

    @Test
    void a_count_that_was_quiet_for_long_is_begun_anew_in_a_run_of_its_own() {
        count(SPLIT, Group.CONTROL);
        Tally first = tallies.of(SPLIT);
        store();

        look(Tallies.QUIET_LOOKS);
        count(SPLIT, Group.CONTROL);
        store();

        assertNotSame(first, tallies.of(SPLIT));
        assertNotEquals(run(0), run(1));
        assertEquals(new Groups(1, 0, 0), database.last().assigned());
    }

    @Test
    void who_found_a_quiet_count_at_the_last_moment_is_still_counted() {
        count(SPLIT, Group.CONTROL);
        Tally first = tallies.of(SPLIT);
        store();
        look(Tallies.QUIET_LOOKS);

        first.assigned(Group.CONTROL);
        store();

        assertEquals(run(0), run(1));
        assertEquals(new Groups(2, 0, 0), database.last().assigned());
    }

    @Test
    void requests_under_more_configurations_than_are_counted_are_told() {
        IntStream.range(0, Tallies.MOST).forEach(i -> count(Experiments.split("t-" + i, 1, 0.5), Group.CONTROL));

        count(SPLIT, Group.CONTROL, Group.CONTROL);
        store();

        assertEquals(2, failures("full"));
        assertEquals(Tallies.MOST, database.stored().getFirst().size());
    }

    @Test
    void the_end_of_the_service_stores_what_was_counted_last() {
        count(SPLIT, Group.TREATMENT);

        tallies.stop(new ShutdownEvent());

        assertEquals(new Groups(0, 1, 0), database.last().assigned());
    }

    private void count(Experiment experiment, Group... groups) {
        for (Group group : groups) {
            tallies.of(experiment).assigned(group);
        }
    }

    private void store() {
        tallies.store().await().indefinitely();
    }

    private void look(int times) {
        IntStream.range(0, times).forEach(i -> store());
    }

    private UUID run(int attempt) {
        return database.stored().get(attempt).getFirst().run();
    }

    private double failures(String reason) {
        return meters.counter("understudy.tallies.failed", "reason", reason).count();
    }

    private static TallyRow ofGeneration(List<TallyRow> rows, long generation) {
        return rows.stream()
                .filter(row -> row.generation() == generation)
                .findFirst()
                .orElseThrow();
    }
}
