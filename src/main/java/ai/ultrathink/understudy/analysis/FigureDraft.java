package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/** A figure of which something is still to be said. */
final class FigureDraft {

    private final String name;
    private final String title;
    private final Figure.Unit unit;
    private final String method;
    private double estimate = Double.NaN;
    private double expected = Double.NaN;
    private Interval interval = Interval.UNKNOWN;
    private @Nullable EValue evidence;
    private double pValue = Double.NaN;
    private long samples;
    private @Nullable Long controlSamples;
    private @Nullable Long treatmentSamples;

    FigureDraft(String name, String title, Figure.Unit unit, String method) {
        this.name = name;
        this.title = title;
        this.unit = unit;
        this.method = method;
    }

    /** NaN where there are no data. */
    FigureDraft estimate(double figure) {
        estimate = figure;
        return this;
    }

    FigureDraft expected(double figure) {
        expected = figure;
        return this;
    }

    FigureDraft interval(Interval left) {
        interval = left;
        return this;
    }

    /** Against what is expected; the p-value follows from it. */
    FigureDraft evidence(EValue against) {
        evidence = against;
        pValue = against.pValue();
        return this;
    }

    FigureDraft pValue(double p) {
        pValue = p;
        return this;
    }

    FigureDraft samples(long count) {
        samples = count;
        return this;
    }

    FigureDraft samples(long control, long treatment) {
        samples = control + treatment;
        controlSamples = control;
        treatmentSamples = treatment;
        return this;
    }

    Figure done() {
        boolean seen = Double.isFinite(estimate);
        return new Figure(
                name,
                title,
                unit,
                Findings.finite(expected),
                Findings.finite(estimate),
                seen ? Findings.finite(interval.low()) : null,
                seen ? Findings.finite(interval.high()) : null,
                seen ? Findings.log(evidence) : null,
                seen ? Findings.finite(pValue) : null,
                samples,
                controlSamples,
                treatmentSamples,
                method);
    }
}
