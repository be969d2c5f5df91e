package ai.ultrathink.understudy.analysis.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.RandomEvidence;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class ReportMetricsProperties {

    @Property(tries = 300)
    void figures_are_numbers_or_nothing_and_lie_in_their_intervals(@ForAll("cases") EvaluationInput evidence) {
        assertFalse(ReportMetrics.of(evidence).each().isEmpty());
        for (ReportMetric figure : ReportMetrics.of(evidence).each()) {
            assertFinite(figure.estimate(), figure.lower(), figure.upper(), figure.logE(), figure.pValue());
            Double lower = figure.lower();
            Double upper = figure.upper();
            if (lower != null && upper != null) {
                double estimate = Objects.requireNonNull(figure.estimate());
                assertTrue(lower <= estimate + 1e-9 && estimate - 1e-9 <= upper, figure::toString);
            }
        }
    }

    private static void assertFinite(@Nullable Double... figures) {
        for (@Nullable Double figure : figures) {
            assertTrue(figure == null || Double.isFinite(figure));
        }
    }

    @Provide
    Arbitrary<EvaluationInput> cases() {
        return Arbitraries.randomValue(random -> RandomEvidence.input(random, 20_000));
    }
}
