package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.stats.OutcomeScale;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A story about outcomes in which treatment earns exactly what the limit allows, so that each answer is wrong: that it is worse, that it
 * is not worse and, at a limit of 0, that it is better. A step is a minute; in each, both models decide about every symbol.
 *
 * @param name as it stands in the table; unique
 * @param story what happens
 * @param symbols in how many symbols
 * @param blocks how many blocks
 * @param steps how many steps a block has
 * @param horizon how many steps a decision's outcome covers, from the next one on
 * @param disagreement the fraction of decisions in which the models differ
 * @param kept how probably a position lasts another step
 * @param limit of the plan: treatment pays this as a fee in each block
 * @param missing which outcomes do not come
 * @param promised whether the service promises α here
 */
record OutcomeWorld(
        String name,
        String story,
        int symbols,
        int blocks,
        int steps,
        int horizon,
        double disagreement,
        double kept,
        double limit,
        Missing missing,
        boolean promised) {

    /** The standard deviation of a symbol in a step. */
    static final double SPREAD = 0.01;

    static final double CLIP = 0.05;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Which outcomes do not come. */
    interface Missing {
        Missing NONE = (random, control, treatment, value) -> false;

        boolean test(RandomGenerator random, int control, int treatment, double value);
    }

    static OutcomeWorld of(String name, String story, int symbols, int blocks, double disagreement) {
        return new OutcomeWorld(name, story, symbols, blocks, 1, 1, disagreement, 0.9, 0, Missing.NONE, true);
    }

    OutcomeWorld over(int stepsOfBlock, int stepsOfHorizon) {
        return new OutcomeWorld(
                name,
                story,
                symbols,
                blocks,
                stepsOfBlock,
                stepsOfHorizon,
                disagreement,
                kept,
                limit,
                missing,
                promised);
    }

    OutcomeWorld paying(double fee) {
        return new OutcomeWorld(
                name, story, symbols, blocks, steps, horizon, disagreement, kept, fee, missing, promised);
    }

    OutcomeWorld without(Missing outcomes) {
        return new OutcomeWorld(
                name, story, symbols, blocks, steps, horizon, disagreement, kept, limit, outcomes, promised);
    }

    OutcomeWorld notPromised() {
        return new OutcomeWorld(
                name, story, symbols, blocks, steps, horizon, disagreement, kept, limit, missing, false);
    }

    OutcomePlan plan(OutcomePromotion promote) {
        return new OutcomePlan(
                Map.of("BUY", 1.0, "HOLD", 0.0, "SELL", -1.0),
                0,
                CLIP,
                Duration.ofMinutes(steps),
                Duration.ofMinutes(horizon),
                limit,
                GuardrailAction.ROLL_BACK,
                promote,
                OutcomePlan.USUAL_ALPHA);
    }

    /** The closed blocks of one run, as the database would have added them up. */
    List<OutcomeBlock> play(RandomGenerator random) {
        OutcomeMarket market = new OutcomeMarket(random, symbols, SPREAD);
        double[][] ahead = new double[horizon + 1][];
        for (int step = 0; step < horizon; step++) {
            ahead[step] = market.next();
        }
        OutcomePath[] paths = new OutcomePath[symbols];
        Arrays.setAll(paths, symbol -> new OutcomePath(random, disagreement, kept));
        int lag = Math.max(1, (horizon + steps - 1) / steps);
        List<double[]> averages = new ArrayList<>();
        List<OutcomeBlock> played = new ArrayList<>(blocks);
        for (int block = 0; block < blocks; block++) {
            OutcomeTally sums = new OutcomeTally(symbols, CLIP);
            for (int step = 0; step < steps; step++) {
                ahead[horizon] = market.next();
                for (int symbol = 0; symbol < symbols; symbol++) {
                    paths[symbol].step();
                    double value = 0;
                    for (int later = 0; later < horizon; later++) {
                        value += ahead[later][symbol];
                    }
                    int control = paths[symbol].control();
                    int treatment = paths[symbol].treatment();
                    sums.add(symbol, control, treatment, value, missing.test(random, control, treatment, value));
                }
                System.arraycopy(ahead, 1, ahead, 0, horizon);
            }
            double[] before = block < lag ? sums.none() : averages.get(block - lag);
            played.add(sums.block(START.plus(Duration.ofMinutes((long) block * steps)), before, limit));
            averages.add(sums.averages(block == 0 ? sums.none() : averages.getLast()));
        }
        return played;
    }

    /** A block of a treatment whose difference is so many times the expected spread. */
    static OutcomeBlock spread(int place, double times) {
        double scale = SPREAD;
        OutcomeBlock.Earned earned = new OutcomeBlock.Earned(0, times * scale, times * scale);
        return new OutcomeBlock(
                1,
                Versions.UNKNOWN,
                START.plus(Duration.ofMinutes(place)),
                new OutcomeBlock.Coverage(0, 0),
                new OutcomeBlock.Coverage(1, 1),
                earned,
                earned,
                times > 0 ? 1 : 0,
                times < 0 ? 1 : 0,
                OutcomeBlock.Coverage.NONE,
                OutcomeBlock.Coverage.NONE,
                scale);
    }

    /** The scale that the block's positions have, from averages of |value|. */
    static double scale(double[] deltas, double[] averages, long decisions) {
        List<OutcomeScale.Exposure> exposures = new ArrayList<>();
        for (int symbol = 0; symbol < deltas.length; symbol++) {
            exposures.add(new OutcomeScale.Exposure(deltas[symbol] / decisions, averages[symbol]));
        }
        return OutcomeScale.of(exposures);
    }
}
