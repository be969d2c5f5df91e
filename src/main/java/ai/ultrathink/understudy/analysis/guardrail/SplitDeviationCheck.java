package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.MultinomialBet;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.Restarts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks the quality of the data of a split: that the fraction of units in treatment deviates from the configured split
 * by at most the limit, and that no rows are lost in one variant only. A unit counts once, at its first stored row, so
 * that an account with many requests is one draw.
 *
 * <p>It is passed if it is not breached and has the minimum of samples. To show that a deviation is within the limit would need
 * thousands of units, and a sound experiment may have fifty.
 *
 * <p>A breach has one of two causes. Rows that were lost after the assignment are the service's own doing: the stored rows
 * then deviate from the requests as they were assigned. Otherwise the units themselves came in another ratio: callers choose
 * their ids, and the assignment is a published function of these. That is reported, but it must not roll an experiment back, because
 * then every caller could end it.
 *
 * @param drawn the draws of each split
 * @param current the draws of the present split, or null if there is none
 * @param lost the rows lost in each split
 */
public record SplitDeviationCheck(
        CheckParameters parameters,
        List<Drawn> drawn,
        @Nullable Drawn current,
        LostRows lost) implements GuardrailCheck {

    /** Prior strength chosen by Lindon and Malek: detects a few percentage points in a few thousand units. */
    private static final double STRENGTH = 100;

    private static final double OPTIMAL_COUNT = 5_000;

    /** With fewer units the interval, which is asymptotic, is not shown. */
    private static final long FEWEST_UNITS = 100;

    /** Either cause has half of the guardrail's α. */
    private static final double PART = 0.5;

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

        /** Evidence against exactly the configured split. */
        public EValue evidence() {
            return impossible()
                    ? new EValue(Double.POSITIVE_INFINITY)
                    : new MultinomialBet(List.of(1 - split, split), STRENGTH).eValue(List.of(control, treatment));
        }

        /** Evidence against "treatment's fraction is at most the limit above the split". */
        EValue above(double limit) {
            double most = split + limit;
            Proportion seen = new Proportion(treatment, units());
            return most >= 1
                    ? EValue.NONE
                    : most > 0
                            ? RateBet.around(Hypothesis.AT_MOST, most, STRENGTH).eValue(seen)
                            : certain(treatment);
        }

        /** Evidence against "treatment's fraction is at most the limit below the split". */
        EValue below(double limit) {
            double least = split - limit;
            Proportion seen = new Proportion(treatment, units());
            return least <= 0
                    ? EValue.NONE
                    : least < 1
                            ? RateBet.around(Hypothesis.AT_LEAST, least, STRENGTH)
                                    .eValue(seen)
                            : certain(control);
        }

        private static EValue certain(long wrong) {
            return wrong > 0 ? new EValue(Double.POSITIVE_INFINITY) : EValue.NONE;
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
        List<Phase> splits =
                phases.drawn().stream().filter(phase -> !phase.shadow()).toList();
        for (Phase phase : splits) {
            Drawn units = Drawn.of(phase);
            if (units.control() < 0 || units.treatment() < 0) {
                return new InvalidEvidence(parameters, 0, "a negative number of units");
            }
            if (units.informative()) {
                drawn.add(units);
            }
        }
        Phase current = phases.current();
        return new SplitDeviationCheck(
                parameters,
                drawn,
                current == null || current.shadow() ? null : Drawn.of(current),
                LostRows.of(splits, parameters.limit()));
    }

    @Override
    public long samples() {
        return drawn.stream().mapToLong(Drawn::units).sum();
    }

    @Override
    public String counted() {
        return "units";
    }

    /** Few units may send many requests; the minimum is one of requests, as everywhere. */
    @Override
    public boolean tooFew() {
        return Math.max(samples(), lost.stored()) < parameters.guardrail().minimumSamples();
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
        if (samples() < FEWEST_UNITS) {
            return new Interval(-1, 1);
        }
        Interval left = new MeanSequence(parameters.alpha(), OPTIMAL_COUNT).interval(pooled());
        return new Interval(Math.max(-1, left.low()), Math.min(1, left.high()));
    }

    @Override
    public EValue evidence() {
        return AlphaSpending.mean(ofUnits(), lost.evidence());
    }

    /** Evidence of the units against "the deviation is within the limit", which begins again with each split. */
    private EValue ofUnits() {
        return AlphaSpending.mean(
                ofUnits(units -> units.above(parameters.limit())), ofUnits(units -> units.below(parameters.limit())));
    }

    private EValue ofUnits(Function<Drawn, EValue> side) {
        return Restarts.ofPhases(drawn.stream().map(side).toList());
    }

    @Override
    public boolean crossed() {
        return ofUnits().rejects(parameters.alpha() * PART) || lost.evidence().rejects(parameters.alpha() * PART);
    }

    @Override
    public boolean callersDoing() {
        return !lost.evidence().rejects(parameters.alpha() * PART);
    }

    @Override
    public boolean kept() {
        return true;
    }

    @Override
    public String remark() {
        Drawn lately = lately();
        String present = lately == null
                ? ""
                : "%s percentage points in the present split of %s"
                        .formatted(MetricFormat.signed(100 * lately.deviation()), MetricFormat.percent(lately.split()));
        String cause = crossed() ? callersDoing() ? CALLERS : lost.words() : "";
        return present.isEmpty() || cause.isEmpty() ? present + cause : present + "; " + cause;
    }

    private static final String CALLERS =
            "the stored rows are as the requests were assigned, so the ratio comes from the callers' choice of unit ids";

    /** The present phase, where it is one of several and has enough units of its own. */
    private @Nullable Drawn lately() {
        boolean speaks = drawn.size() > 1
                && current != null
                && current.informative()
                && current.units() >= parameters.guardrail().minimumSamples();
        return speaks ? current : null;
    }
}
