package ai.ultrathink.understudy.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is counted of simulated rows is what the ledger would have counted. */
class TallyTest {

    private static final SimulatedPass ANSWER = new SimulatedPass(false, false, 3, 0.6);
    private static final SimulatedPass CRASH = new SimulatedPass(true, false, 3, 0.6);
    private static final SimulatedPass LATE = new SimulatedPass(false, true, 6, 0.6);

    private final SimulatedUnit account = SimulatedUnit.account(0, 0);

    @Test
    void sums_over_groups_are_kept_up_while_groups_are_open() {
        GroupTally sums = new GroupTally(Clustering.Quantity.AGREEMENT, Clustering.Grouping.UNIT);
        GroupTally.Group one = new GroupTally.Group();
        GroupTally.Group other = new GroupTally.Group();
        sums.add(one, 2);
        sums.add(other, 3);
        sums.add(one, 5);
        sums.add(one, -1);

        assertEquals(
                new Clustering(
                        Clustering.Quantity.AGREEMENT,
                        Clustering.Grouping.UNIT,
                        2,
                        4,
                        9,
                        4 + 9 + 25 + 1,
                        9 + 1,
                        3 * 6 + 3,
                        36 + 9),
                sums.clustering());
    }

    @Test
    void a_unit_fails_once_in_a_split() {
        GenerationTally tally = new GenerationTally(1, 0.5, 1);
        tally.add(row(0, Variant.TREATMENT, null, CRASH), false);
        tally.add(row(1, Variant.TREATMENT, null, CRASH), false);

        List<Block> blocks = tally.evidence(1).blocks();
        assertEquals(2, tally.evidence(1).failures().treatment());
        assertEquals(
                List.of(1L, 0L),
                blocks.stream().map(block -> block.treatment().failingUnits()).toList());
    }

    @Test
    void both_models_are_held_to_the_deadline_of_treatment() {
        GenerationTally tally = new GenerationTally(1, 0.5, 1);
        tally.add(row(0, Variant.CONTROL, LATE, null), false);
        tally.add(row(0, Variant.TREATMENT, null, LATE), false);

        assertEquals(1, tally.evidence(0).failures().control());
        assertEquals(1, tally.evidence(0).failures().treatment());
        assertEquals(1, tally.evidence(0).control().answers());
        assertEquals(0, tally.evidence(0).treatment().answers());
    }

    @Test
    void a_minute_in_which_the_replica_was_fenced_counts_for_neither_model() {
        GenerationTally tally = new GenerationTally(1, 0.5, 1);
        tally.add(row(0, Variant.CONTROL, CRASH, null), true);
        tally.add(
                new SimulatedRow(0, account, Variant.TREATMENT, SimulatedRow.Withheld.FENCED, null, null, false), true);

        GenerationEvidence evidence = tally.evidence(0);
        assertEquals(0, evidence.failures().control());
        assertEquals(1, evidence.asked().withheld());
        assertEquals(2, evidence.stored().control() + evidence.stored().treatment());
    }

    @Test
    void minutes_are_folded_into_hours_when_they_are_two_hours_old() {
        GenerationTally tally = new GenerationTally(1, null, 1);
        for (int minute = 0; minute < 600; minute++) {
            tally.add(row(minute, null, ANSWER, ANSWER), false);
        }

        List<Block> blocks = tally.evidence(600).blocks();
        assertEquals(600, blocks.stream().mapToLong(Block::pairs).sum());
        assertEquals(8 + 120, blocks.size());
        assertEquals(60, blocks.getFirst().pairs());
        assertEquals(1, blocks.getLast().pairs());
    }

    @Test
    void the_same_test_takes_as_long_as_wald_says() {
        double drift = 0.2 * Math.log(0.2 / 0.15) + 0.8 * Math.log(0.8 / 0.85);
        Yardstick best = Yardstick.rate(0.2, 0.15);

        // the mean is a little more, the median a little less
        assertEquals(Math.log(500) / drift, best.oracle(), 0.2 * best.oracle());
        assertTrue(best.fixed() > best.oracle());
        assertEquals(best.oracle() * 10, best.per(0.1).oracle(), 1e-9);
    }

    private SimulatedRow row(
            long minute,
            @Nullable Variant assigned,
            @Nullable SimulatedPass control,
            @Nullable SimulatedPass treatment) {
        return new SimulatedRow(minute, account, assigned, null, control, treatment, true);
    }
}
