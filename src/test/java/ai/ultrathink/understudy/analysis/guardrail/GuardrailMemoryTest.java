package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.ClearedEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class GuardrailMemoryTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final List<KeptEvidence> kept = new ArrayList<>();

    @Test
    void a_breach_counts_although_later_data_look_better() {
        evaluate(spell());

        Evaluation later = evaluate(recovered());

        assertEquals(Verdict.ROLL_BACK, later.verdict());
        assertTrue(
                later.reasons().getFirst().contains("until a person clears it, with POST …/guardrails/agreement/clear"),
                later::toString);
        // without memory it would be told to promote
        kept.clear();
        assertEquals(Verdict.PROMOTE, evaluate(recovered()).verdict());
    }

    @Test
    void a_cleared_breach_counts_no_more_and_further_evidence_of_its_own_breaches_again() {
        evaluate(spell());
        clear();

        assertEquals(Verdict.PROMOTE, evaluate(recovered()).verdict());
        assertEquals(
                GuardrailState.UNDECIDED,
                evaluate(spell()).of(GuardrailMetric.AGREEMENT).state());
        assertEquals(
                GuardrailState.BREACHED,
                evaluate(EvidenceBuilder.shadow(1).shadows(2_000).pairs(2_000, 1_000, 0))
                        .of(GuardrailMetric.AGREEMENT)
                        .state());
    }

    @Test
    void a_changed_limit_begins_anew_and_the_former_one_is_not_forgotten() {
        evaluate(spell());
        Guardrails lower = new Guardrails(0.01, List.of(new Guardrail(GuardrailMetric.AGREEMENT, 0.5, 100, null)));

        assertNotEquals(
                GuardrailState.BREACHED,
                evaluate(recovered(), lower).of(GuardrailMetric.AGREEMENT).state());
        assertEquals(
                GuardrailState.BREACHED,
                evaluate(recovered()).of(GuardrailMetric.AGREEMENT).state());
    }

    @Test
    void another_version_begins_anew() {
        evaluate(spell().of("c1", "t1"));

        assertEquals(
                Verdict.PROMOTE,
                evaluate(GuardrailEvaluatorTest.soundShadow(2).of("c1", "t2")).verdict());
        assertEquals(
                Verdict.ROLL_BACK,
                evaluate(GuardrailEvaluatorTest.soundShadow(3).of("c1", "t1")).verdict());
    }

    @Test
    void nothing_is_written_while_nothing_grows() {
        EvaluationInput sound = input(GuardrailEvaluatorTest.soundShadow(1), Guardrails.USUAL);

        assertEquals(List.of(), GuardrailMemory.worthKeeping(sound, GuardrailEvaluator.evaluate(sound), NOW));
        evaluate(spell());
        EvaluationInput again = input(spell(), Guardrails.USUAL);
        assertEquals(List.of(), GuardrailMemory.worthKeeping(again, GuardrailEvaluator.evaluate(again), NOW));
    }

    @Test
    void the_evaluation_follows_from_its_input_alone() {
        evaluate(spell());
        EvaluationInput input = input(recovered(), Guardrails.USUAL);

        assertEquals(GuardrailEvaluator.evaluate(input), GuardrailEvaluator.evaluate(input));
        assertEquals(
                GuardrailEvaluator.verdict(input),
                GuardrailEvaluator.evaluate(input).verdict());
    }

    private static EvidenceBuilder spell() {
        return EvidenceBuilder.shadow(1).shadows(300).pairs(300, 200, 0);
    }

    private static EvidenceBuilder recovered() {
        return GuardrailEvaluatorTest.soundShadow(1);
    }

    private void clear() {
        kept.replaceAll(ClearedEvidence::of);
    }

    private Evaluation evaluate(EvidenceBuilder shown) {
        return evaluate(shown, Guardrails.USUAL);
    }

    /** As the leader does it. */
    private Evaluation evaluate(EvidenceBuilder shown, Guardrails guardrails) {
        EvaluationInput input = input(shown, guardrails);
        Evaluation evaluation = GuardrailEvaluator.evaluate(input);
        for (KeptEvidence larger : GuardrailMemory.worthKeeping(input, evaluation, NOW)) {
            kept.removeIf(each -> each.metric() == larger.metric()
                    && each.limit() == larger.limit()
                    && each.treatmentDigest().equals(larger.treatmentDigest()));
            kept.add(larger);
        }
        return evaluation;
    }

    private EvaluationInput input(EvidenceBuilder shown, Guardrails guardrails) {
        EvaluationInput plain = GuardrailEvaluatorTest.of(shown);
        return new EvaluationInput(
                plain.testId(), plain.generation(), plain.mode(), guardrails, plain.evidence(), List.copyOf(kept));
    }
}
