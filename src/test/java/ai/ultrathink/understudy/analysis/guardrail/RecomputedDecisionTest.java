package ai.ultrathink.understudy.analysis.guardrail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The decision that docs/statistics.md recomputes by hand is the one that the service takes. */
class RecomputedDecisionTest {

    private static final long PAIRS = 2_162;
    private static final long AGREEING = 1_527;

    @Test
    void its_evidence_is_the_figure_of_the_document() throws IOException {
        String document = Files.readString(Path.of("docs", "statistics.md"));
        assertTrue(document.contains("pairs: count %d, agreeing %d".formatted(PAIRS, AGREEING)));

        GuardrailResult agreement = agreement();

        assertEquals(GuardrailState.BREACHED, agreement.state());
        String logE = String.format(Locale.ROOT, "%.2f", Objects.requireNonNull(agreement.logE()));
        assertTrue(document.contains(logE + ", and that is the `log_e` of the event"), logE);
    }

    private static GuardrailResult agreement() {
        GenerationEvidence evidence = EvidenceBuilder.shadow(1)
                .shadows(PAIRS)
                .pairs(PAIRS, AGREEING, 0)
                .minutes(1, PAIRS, AGREEING)
                .evidence();
        return GuardrailEvaluator.evaluate(
                        new EvaluationInput("t", 1, Mode.SHADOW, Guardrails.USUAL, List.of(evidence)))
                .of(GuardrailMetric.AGREEMENT);
    }
}
