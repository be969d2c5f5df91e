package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
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
        long began = System.nanoTime();
        List<ScenarioEnd> endings = IntStream.range(0, runs)
                .parallel()
                .mapToObj(run -> play(scenario, random(scenario, run)))
                .toList();
        return new Summary(scenario, endings, (System.nanoTime() - began) / 1e9);
    }

    private static RandomGenerator random(Scenario scenario, int run) {
        return RANDOM.create(SEED + 1_000_003L * scenario.name().hashCode() + run);
    }

    private static ScenarioEnd play(Scenario scenario, RandomGenerator random) {
        Steering steering = scenario.steering().get();
        SimulatedTraffic traffic =
                new SimulatedTraffic(scenario.callers(), Scenario.GUARDRAILS, steering.start(), random);
        for (int look = 0; look < scenario.looks() && !steering.finished(); look++) {
            traffic.ask(
                    scenario.arrivals().applyAsInt(look), scenario.conditions().apply(traffic.requests()));
            EvaluationInput evidence = traffic.evidence();
            Verdict verdict = GuardrailEvaluator.verdict(evidence);
            if (verdict == Verdict.ROLL_BACK) {
                return rolledBack(scenario.expectation(), traffic, GuardrailEvaluator.evaluate(evidence));
            }
            if (scenario.expectation() instanceof Expectation.Silence && verdict != Verdict.INSUFFICIENT_DATA) {
                return new ScenarioEnd.FalseAlarm("verdict " + verdict.wireName());
            }
            steering.steer(traffic, evidence, verdict);
        }
        return switch (scenario.expectation()) {
            case Expectation.Harmless harmless -> new ScenarioEnd.Uneventful();
            case Expectation.Silence silence -> new ScenarioEnd.Uneventful();
            case Expectation.Finish finish ->
                steering.finished() ? new ScenarioEnd.Found(traffic.requests()) : new ScenarioEnd.Missed();
            case Expectation.Rollback rollback -> new ScenarioEnd.Missed();
        };
    }

    private static ScenarioEnd rolledBack(Expectation expectation, SimulatedTraffic traffic, Evaluation evaluation) {
        if (expectation instanceof Expectation.Rollback expected
                && traffic.requests() > expected.from()
                && breached(evaluation.of(expected.metric()))) {
            return new ScenarioEnd.Found(expected.samples().applyAsLong(traffic));
        }
        return new ScenarioEnd.FalseAlarm(String.join("; ", evaluation.reasons()));
    }

    private static boolean breached(GuardrailResult result) {
        return result.state() == GuardrailState.BREACHED;
    }
}
