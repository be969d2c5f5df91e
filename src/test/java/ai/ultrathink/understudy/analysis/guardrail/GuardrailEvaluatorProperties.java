package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@SuppressWarnings("NullAway") // a null fails the test
class GuardrailEvaluatorProperties {

    private static final double[] NUMBERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, 0, 1e308, Double.MIN_VALUE
    };

    @Property(tries = 300)
    void the_verdict_alone_is_that_of_the_evaluation(@ForAll("cases") EvaluationInput evidence) {
        assertEquals(GuardrailEvaluator.evaluate(evidence).verdict(), GuardrailEvaluator.verdict(evidence));
    }

    @Property(tries = 100)
    void evaluating_again_gives_the_same(@ForAll("cases") EvaluationInput evidence) {
        EvaluationInput read = new EvaluationInput(
                evidence.testId(),
                evidence.generation(),
                evidence.mode(),
                evidence.guardrails(),
                new ArrayList<>(evidence.evidence()));

        assertEquals(GuardrailEvaluator.evaluate(evidence), GuardrailEvaluator.evaluate(read));
    }

    @Property(tries = 300)
    void results_are_numbers_or_nothing(@ForAll("cases") EvaluationInput evidence) {
        for (GuardrailResult result : GuardrailEvaluator.evaluate(evidence).results()) {
            assertFinite(result.estimate(), result.lower(), result.upper(), result.logE());
        }
    }

    @Property(tries = 300)
    void a_generation_without_data_changes_no_verdict(@ForAll("cases") EvaluationInput evidence) {
        List<GenerationEvidence> more = new ArrayList<>(evidence.evidence());
        more.addFirst(EvidenceBuilder.shadow(0).evidence());
        EvaluationInput with =
                new EvaluationInput("t", evidence.generation(), evidence.mode(), evidence.guardrails(), more);

        assertEquals(GuardrailEvaluator.verdict(evidence), GuardrailEvaluator.verdict(with));
    }

    @Property(tries = 300)
    void less_than_the_minimum_never_decides(@ForAll("small") EvaluationInput evidence) {
        Evaluation evaluation = GuardrailEvaluator.evaluate(evidence);

        assertNotEquals(Verdict.PROMOTE, evaluation.verdict());
        for (GuardrailResult result : evaluation.results()) {
            // failures that leave no doubt are a breach with any number of requests
            if (result.guardrail().metric() != GuardrailMetric.ERROR_RATE_DELTA) {
                assertEquals(GuardrailState.UNDECIDED, result.state());
            }
            assertNotEquals(GuardrailState.PASSED, result.state());
        }
    }

    @Property(tries = 300)
    void numbers_that_are_none_decide_nothing(@ForAll("poisoned") EvaluationInput evidence) {
        Evaluation evaluation = GuardrailEvaluator.evaluate(evidence);

        assertNotEquals(Verdict.ROLL_BACK, evaluation.verdict());
        assertNotEquals(Verdict.PROMOTE, evaluation.verdict());
    }

    private static void assertFinite(Double... figures) {
        for (Double figure : figures) {
            assertTrue(figure == null || Double.isFinite(figure));
        }
    }

    /** Up to four generations of anything that can be. */
    @Provide
    Arbitrary<EvaluationInput> cases() {
        return Arbitraries.randomValue(random -> RandomEvidence.input(random, 20_000));
    }

    @Provide
    Arbitrary<EvaluationInput> small() {
        return Arbitraries.randomValue(random -> {
            GenerationEvidence only = RandomEvidence.generation(random, 1, 49);
            return new EvaluationInput("t", 1, RandomEvidence.mode(only), Guardrails.USUAL, List.of(only));
        });
    }

    /** Sound evidence of one generation, in which a sum is no number. */
    @Provide
    Arbitrary<EvaluationInput> poisoned() {
        return Arbitraries.randomValue(random -> {
            double nonsense = NUMBERS[random.nextInt(3)];
            GenerationEvidence sound = random.nextBoolean()
                    ? GuardrailEvaluatorTest.soundShadow(1)
                            .pairs(new ResultSums.Pairs(5_000, 4_750, nonsense, 60, nonsense, 1))
                            .evidence()
                    : GuardrailEvaluatorTest.soundSplit(1, 0.5)
                            .treatment(new GenerationEvidence.Arm(
                                    5_000, nonsense, 2_000, nonsense, 1, new GenerationEvidence.Batches(0, 0, 0)))
                            .evidence();
            return new EvaluationInput("t", 1, RandomEvidence.mode(sound), Guardrails.USUAL, List.of(sound));
        });
    }
}
