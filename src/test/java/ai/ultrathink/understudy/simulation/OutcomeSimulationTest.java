package ai.ultrathink.understudy.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.OutcomeLook;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A few runs of each world of outcomes; `make simulate SIMULATIONS=outcomes` plays a thousand. */
class OutcomeSimulationTest {

    private static final int RUNS = 20;

    /** At 5% more than three wrong runs of twenty come once in sixty times; the seed is fixed. */
    private static final long MOST_WRONG = 3;

    @TestFactory
    Stream<DynamicTest> says_wrong_things_seldom() {
        return OutcomeWorlds.all().stream()
                .filter(OutcomeWorld::promised)
                .map(world -> DynamicTest.dynamicTest(world.name(), () -> {
                    OutcomeRunner.Tally tally = OutcomeRunner.play(world, RUNS);
                    assertTrue(tally.worse().wrong() <= MOST_WRONG, tally::line);
                    assertTrue(tally.notWorse().wrong() <= MOST_WRONG, tally::line);
                    assertTrue(tally.better().wrong() <= MOST_WRONG, tally::line);
                }));
    }

    /** Without it the two tests above would pass as well if nothing were ever said. */
    @Test
    void a_treatment_that_loses_is_rolled_back_and_one_that_gains_passes() {
        OutcomeWorld world = OutcomeWorld.of("powerful", "", 20, 2_000, 0.1);
        OutcomeLook losing = look(world, -0.1);
        OutcomeLook gaining = look(world, 0.25);

        assertEquals(new OutcomeLook(true, false), losing);
        assertEquals(new OutcomeLook(false, true), gaining);
    }

    /** In each block the treatment gains so many times the expected spread. */
    private static OutcomeLook look(OutcomeWorld world, double times) {
        List<OutcomeBlock> blocks = new ArrayList<>();
        for (OutcomeBlock block : world.play(OutcomeRunner.random("powerful", 1))) {
            double more = times * block.scale() * block.withOutcome();
            OutcomeBlock.Earned earned = block.clipped();
            blocks.add(new OutcomeBlock(
                    block.generation(),
                    block.versions(),
                    block.start(),
                    block.agreeing(),
                    block.disagreeing(),
                    new OutcomeBlock.Earned(earned.control(), earned.treatment() + more, earned.difference() + more),
                    block.raw(),
                    block.wins(),
                    block.losses(),
                    OutcomeBlock.Coverage.NONE,
                    OutcomeBlock.Coverage.NONE,
                    block.scale()));
        }
        return OutcomeLook.ever(world.plan(OutcomePromotion.BETTER), blocks);
    }

    @TestFactory
    Stream<DynamicTest> finds_the_differences_that_were_said_to_be_found() {
        return OutcomePower.all().stream()
                .map(power -> DynamicTest.dynamicTest(power.name(), () -> {
                    OutcomePower.Found found = power.measure(power.world().symbols() == 1 ? 200 : RUNS);
                    assertEquals(power.expectedWorse(), found.worse(), 0.25 * power.expectedWorse(), found::toString);
                    if (power.expectedBetter() > 0) {
                        assertEquals(
                                power.expectedBetter(), found.better(), 0.25 * power.expectedBetter(), found::toString);
                    }
                }));
    }
}
