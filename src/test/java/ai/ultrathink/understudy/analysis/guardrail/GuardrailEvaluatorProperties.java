package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.report.ReportMetric;
import ai.ultrathink.understudy.analysis.report.ReportMetrics;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
    private static final Double[] SPLITS = {null, 0.0, 0.05, 0.5, 1.0};

    @Property(tries = 300)
    void the_verdict_alone_is_that_of_the_judgement(@ForAll("cases") EvaluationInput evidence) {
        assertEquals(GuardrailEvaluator.evaluate(evidence).verdict(), GuardrailEvaluator.verdict(evidence));
    }

    @Property(tries = 100)
    void judging_again_says_the_same(@ForAll("cases") EvaluationInput evidence) {
        EvaluationInput read = new EvaluationInput(
                evidence.testId(),
                evidence.generation(),
                evidence.mode(),
                evidence.guardrails(),
                new ArrayList<>(evidence.evidence()));

        assertEquals(GuardrailEvaluator.evaluate(evidence), GuardrailEvaluator.evaluate(read));
    }

    @Property(tries = 300)
    void figures_are_numbers_or_nothing_and_lie_in_their_intervals(@ForAll("cases") EvaluationInput evidence) {
        for (GuardrailResult result : GuardrailEvaluator.evaluate(evidence).results()) {
            assertFinite(result.estimate(), result.lower(), result.upper(), result.logE());
        }
        for (ReportMetric figure : ReportMetrics.of(evidence).each()) {
            assertFinite(figure.estimate(), figure.lower(), figure.upper(), figure.logE(), figure.pValue());
            if (figure.lower() != null && figure.upper() != null) {
                assertTrue(
                        figure.lower() <= figure.estimate() + 1e-9 && figure.estimate() - 1e-9 <= figure.upper(),
                        figure::toString);
            }
        }
    }

    @Property(tries = 300)
    void a_generation_without_data_changes_no_verdict(@ForAll("cases") EvaluationInput evidence) {
        List<GenerationEvidence> more = new ArrayList<>(evidence.evidence());
        more.addFirst(EvidenceBuilder.shadow(0).evidence());
        EvaluationInput with =
                new EvaluationInput("t", evidence.generation(), evidence.mode(), evidence.guardrails(), more);

        if (GuardrailEvaluator.verdict(evidence) != Verdict.ROLL_BACK) {
            assertNotEquals(Verdict.ROLL_BACK, GuardrailEvaluator.verdict(with));
        }
    }

    @Property(tries = 300)
    void less_than_the_minimum_never_decides(@ForAll("small") EvaluationInput evidence) {
        Evaluation evaluation = GuardrailEvaluator.evaluate(evidence);

        assertEquals(Verdict.INSUFFICIENT_DATA, evaluation.verdict());
        evaluation.results().forEach(result -> assertEquals(GuardrailState.UNDECIDED, result.state()));
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
        return Arbitraries.randomValue(random -> of(random, 20_000));
    }

    @Provide
    Arbitrary<EvaluationInput> small() {
        return Arbitraries.randomValue(random -> {
            GenerationEvidence only = generation(random, 1, 49);
            return new EvaluationInput("t", 1, mode(only), Guardrails.USUAL, List.of(only));
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
            return new EvaluationInput("t", 1, mode(sound), Guardrails.USUAL, List.of(sound));
        });
    }

    private static EvaluationInput of(Random random, int most) {
        List<GenerationEvidence> evidence = new ArrayList<>();
        int generations = 1 + random.nextInt(4);
        for (int generation = 1; generation <= generations; generation++) {
            evidence.add(generation(random, generation, most));
        }
        return new EvaluationInput(
                "t", 1 + random.nextInt(generations + 1), mode(evidence.getLast()), Guardrails.USUAL, evidence);
    }

    private static Mode mode(GenerationEvidence evidence) {
        return evidence.configuredSplit() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT;
    }

    private static GenerationEvidence generation(Random random, long generation, int most) {
        Double split = SPLITS[random.nextInt(SPLITS.length)];
        long control = split == null ? 0 : random.nextInt(most + 1);
        long treatment = split == null ? 0 : random.nextInt(most + 1);
        long shadow = split == null ? random.nextInt(most + 1) : 0;
        long pairs = part(random, shadow);
        long failedOnly = part(random, shadow) / 3;
        double delta = random.nextGaussian() * 0.1;
        double confidence = 0.5 + random.nextGaussian() * 0.1;
        EvidenceBuilder shown =
                split == null ? EvidenceBuilder.shadow(generation) : EvidenceBuilder.split(generation, split);
        shown.assigned(control + 1, treatment, shadow)
                .units(part(random, control), part(random, treatment))
                .answers(control + shadow, 0.5, treatment + shadow, confidence)
                .noise(pairs, part(random, pairs))
                .pairs(pairs, part(random, pairs), delta);
        if (split == null) {
            shown.shadows(shadow).shadowFailures(part(random, shadow) / 3, failedOnly, failedOnly, failedOnly, 0);
        } else {
            shown.rows(control, treatment).failures(part(random, control), part(random, treatment));
        }
        for (Variant arm : Variant.values()) {
            for (int bucket = 0; bucket < random.nextInt(5); bucket++) {
                shown.latency(new LatencyCount(arm, 100 + random.nextInt(300), part(random, most / 5)));
            }
        }
        return shown.evidence();
    }

    private static long part(Random random, long whole) {
        return whole <= 0 ? 0 : random.nextInt((int) whole + 1);
    }
}
