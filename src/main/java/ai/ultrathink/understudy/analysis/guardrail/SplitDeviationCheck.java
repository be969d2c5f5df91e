package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.MultinomialBet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the fraction of units in treatment deviates from the configured split by at most the limit, in either
 * direction. A unit counts once, at its first stored row, so that an account with many requests is one draw. The draws
 * of each split are tested against that split, and the e-values multiply.
 *
 * <p>Size is checked over the whole experiment and in the present phase, so that a long healthy past does not hide rows
 * that begin to get lost late.
 *
 * @param drawn the draws of each split
 * @param current the draws of the present split, or null if there is none
 */
public record SplitDeviationCheck(
        CheckParameters parameters,
        List<Drawn> drawn,
        @Nullable Drawn current) implements GuardrailCheck {

    /** Prior strength chosen by Lindon and Malek: detects a few percentage points in a few thousand units. */
    private static final double STRENGTH = 100;

    private static final double OPTIMAL_COUNT = 5_000;

    /**
     * Units drawn under one split.
     *
     * @param split treatment's fraction
     */
    public record Drawn(double split, long control, long treatment) {

        public static Drawn of(Phase phase) {
            return new Drawn(
                    phase.split() == null ? 0 : phase.split(),
                    phase.sum(each -> each.units().control()),
                    phase.sum(each -> each.units().treatment()));
        }

        public long units() {
            return control + treatment;
        }

        /**
         * Whether the split is between 0 and 1. Otherwise there is nothing to draw, and the only question is whether
         * any unit was on the wrong side.
         */
        public boolean informative() {
            return units() > 0 && ((split > 0 && split < 1) || impossible());
        }

        boolean impossible() {
            return (split == 0 && treatment > 0) || (split == 1 && control > 0);
        }

        public EValue evidence() {
            return impossible()
                    ? new EValue(Double.POSITIVE_INFINITY)
                    : new MultinomialBet(List.of(1 - split, split), STRENGTH).eValue(List.of(control, treatment));
        }

        double deviation() {
            return (double) treatment / units() - split;
        }

        /**
         * The deviation, with the variance of draws from the configured split or from the observed one, the larger of
         * the two.
         */
        public Estimate estimate() {
            double seen = (double) treatment / units();
            double variance = Math.max(split * (1 - split), seen * (1 - seen));
            return new Estimate(deviation(), Math.sqrt(variance / units()), units());
        }
    }

    public SplitDeviationCheck {
        drawn = List.copyOf(drawn);
    }

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        List<Drawn> drawn = new ArrayList<>();
        for (Phase phase : phases.drawn()) {
            if (!phase.shadow()) {
                Drawn units = Drawn.of(phase);
                if (units.control() < 0 || units.treatment() < 0) {
                    return new InvalidEvidence(parameters, 0, "a negative number of units");
                }
                if (units.informative()) {
                    drawn.add(units);
                }
            }
        }
        Phase current = phases.current();
        return new SplitDeviationCheck(
                parameters, drawn, current == null || current.shadow() ? null : Drawn.of(current));
    }

    @Override
    public long samples() {
        return drawn.stream().mapToLong(Drawn::units).sum();
    }

    @Override
    public String counted() {
        return "units";
    }

    @Override
    public double estimate() {
        return samples() == 0 ? Double.NaN : pooled().value();
    }

    private Estimate pooled() {
        Estimate pooled = Estimate.NONE;
        for (Drawn units : drawn) {
            pooled = pooled.plus(units.estimate());
        }
        return pooled;
    }

    @Override
    public Interval interval() {
        Interval left = new MeanSequence(parameters.alpha(), OPTIMAL_COUNT).interval(pooled());
        return new Interval(Math.max(-1, left.low()), Math.min(1, left.high()));
    }

    @Override
    public EValue evidence() {
        EValue evidence = EValue.NONE;
        for (Drawn units : drawn) {
            evidence = evidence.times(units.evidence());
        }
        return evidence;
    }

    @Override
    public boolean crossed() {
        return large() && evidence().rejects(parameters.alpha());
    }

    private boolean large() {
        Drawn lately = lately();
        return Math.abs(estimate()) > parameters.limit()
                || (lately != null && Math.abs(lately.deviation()) > parameters.limit());
    }

    /** The present phase, where it is one of several and has enough units of its own. */
    private @Nullable Drawn lately() {
        boolean speaks = drawn.size() > 1
                && current != null
                && current.informative()
                && current.units() >= parameters.guardrail().minimumSamples();
        return speaks ? current : null;
    }

    @Override
    public boolean kept() {
        return new Interval(-parameters.limit(), parameters.limit()).encloses(interval());
    }

    @Override
    public String remark() {
        Drawn lately = lately();
        return lately == null
                ? ""
                : "%s percentage points in the present split of %s"
                        .formatted(MetricFormat.signed(100 * lately.deviation()), MetricFormat.percent(lately.split()));
    }
}
