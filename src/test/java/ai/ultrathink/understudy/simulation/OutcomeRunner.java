package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.OutcomeLook;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Plays worlds of outcomes, looked at after each block. */
final class OutcomeRunner {

    private static final RandomGeneratorFactory<RandomGenerator> RANDOM = RandomGeneratorFactory.of("L64X128MixRandom");

    private OutcomeRunner() {}

    /**
     * How often each wrong answer was given at any look.
     *
     * @param worse that treatment earns less than the limit: a roll-back
     * @param notWorse that it earns more than the limit
     * @param better that it earns more than control; at a limit below 0 it does not ask for more than it finds
     */
    record Tally(OutcomeWorld world, ErrorRate worse, ErrorRate notWorse, ErrorRate better, double seconds) {

        boolean keeps(double alpha) {
            return worse.rate() <= alpha && notWorse.rate() <= alpha && better.rate() <= alpha;
        }

        String line() {
            return "%-44s %,6d runs  worse %s  not worse %s  better %s  %.1f s"
                    .formatted(
                            world.name(),
                            worse.runs(),
                            OutcomeReport.rate(worse),
                            OutcomeReport.rate(notWorse),
                            OutcomeReport.rate(better),
                            seconds);
        }
    }

    private record Run(boolean worse, boolean notWorse, boolean better) {}

    static Tally play(OutcomeWorld world, int runs) {
        long began = System.nanoTime();
        List<Run> each = IntStream.range(0, runs)
                .parallel()
                .mapToObj(run -> play(world, random(world.name(), run)))
                .toList();
        return new Tally(
                world,
                new ErrorRate(each.stream().filter(Run::worse).count(), runs),
                new ErrorRate(each.stream().filter(Run::notWorse).count(), runs),
                new ErrorRate(each.stream().filter(Run::better).count(), runs),
                (System.nanoTime() - began) / 1e9);
    }

    static RandomGenerator random(String name, int run) {
        return RANDOM.create(ScenarioRunner.SEED + 1_000_003L * name.hashCode() + run);
    }

    private static Run play(OutcomeWorld world, RandomGenerator random) {
        List<OutcomeBlock> blocks = world.equals(OutcomeWorlds.TAIL)
                ? IntStream.range(0, world.blocks())
                        .mapToObj(place ->
                                OutcomeWorld.spread(place, OutcomeWorlds.loses(random.nextDouble()) ? -9.9 : 0.1))
                        .toList()
                : world.play(random);
        OutcomeLook notWorse = OutcomeLook.ever(world.plan(OutcomePromotion.NOT_WORSE), blocks);
        OutcomeLook better = OutcomeLook.ever(world.plan(OutcomePromotion.BETTER), blocks);
        return new Run(notWorse.breached(), notWorse.passed(), better.passed());
    }
}
