package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.GuardrailResultWriter;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/** Builds a {@link ReportMetric}. */
final class ReportMetricBuilder {

    private final String name;
    private final String title;
    private final ReportMetric.Unit unit;
    private final String method;
    private double estimate = Double.NaN;
    private double expected = Double.NaN;
    private Interval interval = Interval.UNKNOWN;
    private @Nullable EValue evidence;
    private double pValue = Double.NaN;
    private long samples;
    private @Nullable Long controlSamples;
    private @Nullable Long treatmentSamples;

    ReportMetricBuilder(String name, String title, ReportMetric.Unit unit, String method) {
        this.name = name;
        this.title = title;
        this.unit = unit;
        this.method = method;
    }

    /** Sets the estimate; NaN without data. */
    ReportMetricBuilder estimate(double figure) {
        estimate = figure;
        return this;
    }

    ReportMetricBuilder expected(double figure) {
        expected = figure;
        return this;
    }

    ReportMetricBuilder interval(Interval left) {
        interval = left;
        return this;
    }

    /** Sets the evidence against the expected value, and the p-value that follows from it. */
    ReportMetricBuilder evidence(EValue against) {
        evidence = against;
        pValue = against.pValue();
        return this;
    }

    ReportMetricBuilder pValue(double p) {
        pValue = p;
        return this;
    }

    ReportMetricBuilder samples(long count) {
        samples = count;
        return this;
    }

    ReportMetricBuilder samples(long control, long treatment) {
        samples = control + treatment;
        controlSamples = control;
        treatmentSamples = treatment;
        return this;
    }

    ReportMetric done() {
        boolean seen = Double.isFinite(estimate);
        return new ReportMetric(
                name,
                title,
                unit,
                GuardrailResultWriter.finite(expected),
                GuardrailResultWriter.finite(estimate),
                seen ? GuardrailResultWriter.finite(interval.low()) : null,
                seen ? GuardrailResultWriter.finite(interval.high()) : null,
                seen ? GuardrailResultWriter.log(evidence) : null,
                seen ? GuardrailResultWriter.finite(pValue) : null,
                samples,
                controlSamples,
                treatmentSamples,
                method);
    }
}
