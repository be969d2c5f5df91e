package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.RateSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that treatment's failure rate exceeds control's by at most the limit. Significance is tested against "no worse
 * than control", size against the limit: on errors, Understudy decides in control's favour.
 *
 * <p>Evidence multiplies over the phases. Size is that of the present phase, so that a long healthy past does not
 * excuse a model that begins to fail late. Once treatment has all requests, control runs only in the pairs: treatment's
 * rate is compared with control's rate there, and requests that exactly one of the two failed are evidence. In
 * addition, treatment's rate is compared with the bound on control's past, or with the limit where control has no past;
 * that is valid only while conditions stay the same. Both e-values are of the same requests, so their mean is taken.
 *
 * @param phases the phases in which treatment had requests
 * @param current the present phase, or the last; null if there is none
 */
public record ErrorRateCheck(
        CheckParameters parameters,
        List<FailureCounts> phases,
        @Nullable FailureCounts current) implements GuardrailCheck {

    /** For rare failures: half of the density lies below ½%. */
    public static final RateSequence RARE = new RateSequence(0.5, 49.5);

    /** The part of α for the bound on control's past, once all requests are treatment's. */
    private static final double PAST = 0.1;

    public ErrorRateCheck {
        phases = List.copyOf(phases);
    }

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        if (!phases.all().stream().allMatch(FailureCounts::sound)) {
            return new InvalidEvidence(parameters, 0, "more requests failed than there were");
        }
        List<FailureCounts> all = phases.all().stream()
                .filter(phase -> phase.concurrent() || phase.full())
                .map(FailureCounts::of)
                .toList();
        return new ErrorRateCheck(parameters, all, current(all, phases.current()));
    }

    private static @Nullable FailureCounts current(List<FailureCounts> all, @Nullable Phase present) {
        return all.stream()
                .filter(failing -> present != null && failing.phase().turn() == present.turn())
                .findFirst()
                .orElse(all.isEmpty() ? null : all.getLast());
    }

    @Override
    public long samples() {
        return current == null ? 0 : current.treatment().count();
    }

    @Override
    public String counted() {
        return "requests of treatment";
    }

    @Override
    public double estimate() {
        if (current == null) {
            return Double.NaN;
        }
        Proportion control = controlBeside(current);
        return current.treatment().rate() - (current.phase().full() && control.count() == 0 ? 0 : control.rate());
    }

    private Proportion controlBeside(FailureCounts failing) {
        return failing.phase().full() && !failing.inPairs() ? controlsPast() : failing.control();
    }

    private Proportion controlsPast() {
        Proportion past = Proportion.NONE;
        for (FailureCounts failing : phases) {
            past = failing.phase().full() ? past : past.plus(failing.control());
        }
        return past;
    }

    @Override
    public Interval interval() {
        if (current == null) {
            return Interval.UNKNOWN_RATE_DIFFERENCE;
        }
        double half = parameters.alpha() * current.phase().share() / 2;
        Interval treatment = RARE.interval(current.treatment(), half);
        Interval control = bounds(controlBeside(current), half);
        return new Interval(treatment.low() - control.high(), treatment.high() - control.low());
    }

    /** Bounds on control's rate, which is 0 where control has no requests. */
    private Interval bounds(Proportion control, double alpha) {
        return control.count() == 0 && current != null && current.phase().full()
                ? new Interval(0, 0)
                : RARE.interval(control, alpha);
    }

    @Override
    public EValue evidence() {
        EValue evidence = EValue.NONE;
        boolean alone = false;
        for (FailureCounts failing : phases) {
            boolean full = failing.phase().full();
            alone |= full && failing.treatment().count() > 0;
            evidence = evidence.times(full ? evidenceOfFull(failing) : failing.evidence());
        }
        return alone ? AlphaSpending.weigh(evidence, 1 - PAST) : evidence;
    }

    private EValue evidenceOfFull(FailureCounts failing) {
        EValue alone = evidenceAlone(failing);
        return failing.inPairs() ? AlphaSpending.mean(alone, failing.evidence()) : alone;
    }

    /** Evidence against "treatment alone fails at most as often as control may have failed", or as the limit allows. */
    private EValue evidenceAlone(FailureCounts failing) {
        Proportion past = controlsPast();
        double most = past.count() == 0
                ? parameters.limit()
                : RARE.interval(past, parameters.alpha() * PAST).high();
        return most > 0 && most < 1
                ? new RateBet(Hypothesis.AT_MOST, most, 0.5, 0.5).eValue(failing.treatment())
                : EValue.NONE;
    }

    @Override
    public boolean crossed() {
        return estimate() > parameters.limit() && evidence().rejects(parameters.alpha());
    }

    @Override
    public boolean kept() {
        if (current == null || !(estimate() <= parameters.limit())) {
            return false;
        }
        double half = parameters.alpha() * current.phase().share() / 2;
        if (AlphaSpending.below(current.treatment(), parameters.limit(), RARE, half)) {
            return true;
        }
        // control's failures excuse some of treatment's
        Proportion control = controlBeside(current);
        return control.successes() > 0
                && AlphaSpending.below(
                        current.treatment(),
                        parameters.limit() + RARE.interval(control, half).low(),
                        RARE,
                        half);
    }

    @Override
    public String remark() {
        if (current == null || current.treatment().count() == 0) {
            return "";
        }
        Proportion control = controlBeside(current);
        return "treatment failed %s of %s requests, control %s of %s%s"
                .formatted(
                        MetricFormat.count(current.treatment().successes()),
                        MetricFormat.count(current.treatment().count()),
                        MetricFormat.count(control.successes()),
                        MetricFormat.count(control.count()),
                        current.inPairs() ? " in pairs" : current.phase().full() ? " before" : "");
    }
}
