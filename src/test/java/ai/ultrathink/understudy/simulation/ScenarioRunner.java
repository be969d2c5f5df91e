package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Plays scenarios. A run depends on its scenario, the seed and its number alone, however many are played at once. */
final class ScenarioRunner {

    /** The seed of everything. */
    static final long SEED = 20_261_126;

    private static final RandomGeneratorFactory<RandomGenerator> RANDOM = RandomGeneratorFactory.of("L64X128MixRandom");

    private ScenarioRunner() {}

    static Summary play(Scenario scenario, int runs) {
        return play(scenario, 0, runs);
    }

    /** Plays runs from a number on, which others have not played. */
    static Summary play(Scenario scenario, int first, int runs) {
        long began = System.nanoTime();
        List<ScenarioRun> each = IntStream.range(first, first + runs)
                .parallel()
                .mapToObj(run -> play(scenario, random(scenario, run)))
                .toList();
        return new Summary(scenario, each, (System.nanoTime() - began) / 1e9);
    }

    private static RandomGenerator random(Scenario scenario, int run) {
        return RANDOM.create(SEED + 1_000_003L * scenario.name().hashCode() + run);
    }

    private static ScenarioRun play(Scenario scenario, RandomGenerator random) {
        Steering steering = scenario.steering().get();
        SimulatedTraffic traffic =
                new SimulatedTraffic(scenario.world(), Scenario.GUARDRAILS, steering.start(), random);
        boolean falsePromotion = false;
        for (int look = 0; look < scenario.looks() && !steering.finished(); look++) {
            traffic.ask(scenario.arrivals().applyAsInt(look));
            EvaluationInput evidence = traffic.evidence();
            Verdict verdict = GuardrailEvaluator.verdict(evidence);
            falsePromotion |= wrong(scenario.expectation(), verdict, traffic.requests());
            if (verdict == Verdict.ROLL_BACK) {
                Evaluation evaluation = GuardrailEvaluator.evaluate(evidence);
                return new ScenarioRun(rolledBack(scenario.expectation(), traffic, evaluation), falsePromotion);
            }
            steering.steer(traffic, evidence, verdict);
        }
        return new ScenarioRun(end(scenario.expectation(), steering, traffic), falsePromotion);
    }

    /** Whether a verdict other than a roll-back is wrong. */
    private static boolean wrong(Expectation expectation, Verdict verdict, long requests) {
        return expectation instanceof Expectation.Silence
                ? verdict != Verdict.INSUFFICIENT_DATA
                : verdict == Verdict.PROMOTE && expectation.forbidsPromotion(requests);
    }

    private static ScenarioEnd rolledBack(Expectation expectation, SimulatedTraffic traffic, Evaluation evaluation) {
        return expectation instanceof Expectation.Broken broken
                        && traffic.requests() > broken.from()
                        && evaluation.of(broken.metric()).state() == GuardrailState.BREACHED
                ? new ScenarioEnd.Found(broken.samples().applyAsLong(traffic))
                : new ScenarioEnd.FalseRollBack(String.join("; ", evaluation.reasons()));
    }

    private static ScenarioEnd end(Expectation expectation, Steering steering, SimulatedTraffic traffic) {
        return switch (expectation) {
            case Expectation.Kept kept -> new ScenarioEnd.Uneventful();
            case Expectation.AtLimit limit -> new ScenarioEnd.Uneventful();
            case Expectation.Silence silence -> new ScenarioEnd.Uneventful();
            case Expectation.Finish finish ->
                steering.finished() ? new ScenarioEnd.Found(traffic.requests()) : new ScenarioEnd.Missed();
            case Expectation.Broken broken -> new ScenarioEnd.Missed();
        };
    }
}
