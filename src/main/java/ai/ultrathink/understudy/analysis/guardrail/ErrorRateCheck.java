package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.RateExcessBet;
import ai.ultrathink.understudy.stats.RateSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that treatment's failure rate exceeds control's by at most the limit. A breach needs evidence of two kinds:
 *
 * <ul>
 *   <li>that treatment fails more often than control. This is counted in units, each at its first failure, so that one account that
 *       always fails is one failure. It holds for any dependence between the requests of a unit.
 *   <li>that the difference exceeds the limit. This is counted in requests, and has its own threshold. Without it, every
 *       difference that is within the limit would become significant at some time.
 * </ul>
 *
 * <p>Both are gathered over all phases, each with its own split, and begin again with each minute or hour, so that a long healthy
 * past does not excuse a model that begins to fail late.
 *
 * <p>Once treatment has all requests, control runs only in the pairs: units that exactly one of the two failed are evidence there.
 * In addition, treatment's rate is compared with the bound on control's past, or with the limit where control has no past;
 * that is valid only while conditions stay the same. Both e-values are of the same requests, so their mean is taken.
 *
 * <p>A treatment that always crashes opens its guard and gets few requests. So a breach counts below the minimum of samples.
 *
 * @param timeline the failures of the phases in which treatment had requests
 * @param current the present phase, or the last; null if there is none
 */
public record ErrorRateCheck(
        CheckParameters parameters,
        FailureTimeline timeline,
        @Nullable FailureCounts current) implements GuardrailCheck {

    /** For rare failures: half of the density lies below ½%. */
    public static final RateSequence RARE = new RateSequence(0.5, 49.5);

    /** The part of α for the bound on control's past, once all requests are treatment's. */
    private static final double PAST = 0.1;

    /**
     * The threshold for the size is this, divided by the experiment's α. By Ville's inequality a treatment exactly at the
     * limit is then rolled back with a probability of at most 1.43 α; simulated over whole ramps it is at most α, because
     * the evidence overshoots the threshold, and because significance is asked for as well (docs/adr/0018).
     */
    private static final double SIZE = 0.7;

    static GuardrailCheck of(CheckParameters parameters, Phases phases) {
        if (!phases.all().stream().allMatch(FailureCounts::sound)) {
            return new InvalidEvidence(parameters, 0, "more requests failed than there were");
        }
        List<FailureCounts> all = phases.all().stream()
                .filter(phase -> phase.concurrent() || phase.full() || phase.byPairs())
                .map(FailureCounts::of)
                .toList();
        return new ErrorRateCheck(parameters, FailureTimeline.of(all), current(all, phases.current()));
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

    /** Of the time since treatment began to fail if the limit is crossed, otherwise of the present phase. */
    @Override
    public double estimate() {
        if (current == null) {
            return Double.NaN;
        }
        if (crossed()) {
            RateExcessBet.Result worst = timeline.excess(parameters.limit());
            if (worst.evidence().log() >= threshold()) {
                return worst.treatment().rate() - worst.control().rate();
            }
        }
        return difference(current);
    }

    /** Treatment's rate minus control's, in one phase. */
    private double difference(FailureCounts failing) {
        Proportion control = controlBeside(failing);
        return failing.treatment().rate()
                - (control.count() == 0 && failing.phase().full() ? 0 : control.rate());
    }

    private Proportion controlBeside(FailureCounts failing) {
        return failing.phase().full() && !failing.inPairs() ? timeline.controlsPast() : failing.control();
    }

    @Override
    public Interval interval() {
        return current == null
                ? Interval.UNKNOWN_RATE_DIFFERENCE
                : interval(current, parameters.alpha() * current.phase().share());
    }

    private Interval interval(FailureCounts failing, double alpha) {
        Interval treatment = RARE.interval(failing.treatment(), alpha / 2);
        Interval control = bounds(failing, controlBeside(failing), alpha / 2);
        return new Interval(treatment.low() - control.high(), treatment.high() - control.low());
    }

    /** Bounds on control's rate, which is 0 where control has no requests. */
    private static Interval bounds(FailureCounts failing, Proportion control, double alpha) {
        return control.count() == 0 && failing.phase().full() ? new Interval(0, 0) : RARE.interval(control, alpha);
    }

    /** The weaker of the two kinds, on the scale of the first. */
    @Override
    public EValue evidence() {
        double size = size().log() - threshold() - Math.log(parameters.alpha());
        return new EValue(Math.min(worse().log(), size));
    }

    /** Evidence against "treatment fails no more often than control". */
    private EValue worse() {
        EValue worse = timeline.worse((failing, requests) -> alone(requests));
        boolean alone =
                timeline.phases().stream().anyMatch(failing -> failing.phase().full());
        return alone ? AlphaSpending.weigh(worse, 1 - PAST) : worse;
    }

    /** The logarithm of the evidence against "treatment alone fails at most as often as control may have failed". */
    private double alone(Proportion treatment) {
        double most = pastBound();
        return most > 0 && most < 1
                ? new RateBet(Hypothesis.AT_MOST, most, 0.5, 0.5)
                        .eValue(treatment)
                        .log()
                : 0;
    }

    /** The most often that control may have failed while it was beside treatment; without a past, the limit. */
    private double pastBound() {
        Proportion past = timeline.controlsPast();
        return past.count() == 0
                ? parameters.limit()
                : RARE.interval(past, parameters.alpha() * PAST).high();
    }

    /**
     * Evidence against "treatment's rate exceeds control's by at most the limit". Once treatment has all requests, control's past
     * counts as well: there are few pairs.
     */
    private EValue size() {
        EValue beside = timeline.excess(parameters.limit()).evidence();
        if (timeline.phases().stream().noneMatch(failing -> failing.phase().full())) {
            return beside;
        }
        double past = timeline.controlsPast().count() == 0 ? 0 : pastBound();
        return AlphaSpending.mean(beside, timeline.abovePast(past, parameters.limit()));
    }

    /** The logarithm of the evidence that the size needs. */
    private double threshold() {
        return Math.max(0, Math.log(SIZE) - Math.log(parameters.passing()));
    }

    @Override
    public boolean crossed() {
        return worse().rejects(parameters.alpha()) && size().log() >= threshold();
    }

    @Override
    public boolean breachedEarly() {
        return true;
    }

    @Override
    public boolean kept() {
        if (current == null || !(difference(current) <= parameters.limit())) {
            return false;
        }
        double half = parameters.passing() * current.phase().share() / 2;
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
