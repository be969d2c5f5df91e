package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.OutcomeLook;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeSummary;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The difference that is found in 80% of the runs, at any look. In one run the bets find each difference that lies beyond the end
 * of the interval around none, so that the ends of many runs without a difference give the answer.
 *
 * @param world without a difference
 * @param name of the row
 * @param blocksOfYear blocks in a year
 * @param spread the standard deviation of a symbol in a block
 * @param expectedWorse the yearly difference that outcomes were said to show when it is a loss; 0 if nothing was said
 * @param expectedBetter likewise a gain, with losses cut at 20 times the spread
 */
record OutcomePower(
        OutcomeWorld world,
        String name,
        double blocksOfYear,
        double spread,
        double expectedWorse,
        double expectedBetter) {

    private static final double POWER = 0.8;

    /** Between 1.25 times the mean |return| of the shipped days, 0.84%, and their standard deviation, 1.21%. */
    private static final double SPREAD_OF_DAY = 0.011;

    /** The yearly differences that are found. */
    record Found(OutcomePower power, double worse, double better, int runs) {}

    Found measure(int runs) {
        double[] worse = new double[runs];
        double[] better = new double[runs];
        IntStream.range(0, runs).parallel().forEach(run -> {
            List<OutcomeBlock> blocks = world.play(OutcomeRunner.random(name, run));
            // each end of the interval has half of α: a plan with twice the α gives each end the whole
            OutcomeSummary summary = OutcomeSummary.of(OutcomeLook.input(twice(world), blocks));
            double tested = summary == null ? 0 : (double) summary.tested() / blocks.size();
            worse[run] =
                    summary == null ? Double.NaN : yearly(summary.interval().high(), tested);
            better[run] =
                    summary == null ? Double.NaN : yearly(-summary.interval().low(), tested);
        });
        return new Found(this, quantile(worse), quantile(better), runs);
    }

    private static OutcomePlan twice(OutcomeWorld world) {
        OutcomePlan plan = world.plan(OutcomePromotion.NOT_WORSE);
        return new OutcomePlan(
                plan.positions(),
                plan.cost(),
                plan.clip(),
                plan.block(),
                plan.horizon(),
                plan.limit(),
                plan.action(),
                plan.promote(),
                2 * plan.alpha());
    }

    private double yearly(double perBlock, double tested) {
        return perBlock / OutcomeWorld.SPREAD * spread * blocksOfYear * tested;
    }

    private static double quantile(double[] differences) {
        Arrays.sort(differences);
        return differences[(int) Math.ceil(POWER * differences.length) - 1];
    }

    static List<OutcomePower> all() {
        return List.of(
                days(0.05, 0.09),
                days(0.2, 0.17),
                new OutcomePower(
                        OutcomeWorld.of("power, minutes", "", 50, 11_700, 0.05),
                        "50 symbols, minutes, 30 days of 390 minutes, 5% disagreement",
                        252 * 390,
                        0.01 / Math.sqrt(390),
                        0.06,
                        0.073));
    }

    private static OutcomePower days(double disagreement, double expected) {
        return new OutcomePower(
                OutcomeWorld.of("power, days", "", 1, 1_080, disagreement),
                "one symbol, 1,080 days, %.0f%% disagreement".formatted(100 * disagreement),
                252,
                SPREAD_OF_DAY,
                expected,
                0);
    }
}
