package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.Moments;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the mean confidences differ by at most the limit, in either direction. Decided by asymptotic confidence
 * sequences, which for values between ⅓ and 1 are accurate from the usual minimum of 100 samples on.
 *
 * <p>In a shadow the difference is that of the pairs. A split has two views of it, one of its arms and one of its
 * pairs. Each has half of the α that the phase may use up, whether or not there are pairs, so either may decide first.
 *
 * @param views at least one
 */
public record ConfidenceCheck(CheckParameters parameters, List<View> views) implements GuardrailCheck {

    /** Sample count at which the interval is narrowest. A tenth or ten times as many widen it by a fifth at most. */
    private static final double OPTIMAL_COUNT = 1_000;

    /**
     * One estimate of the difference.
     *
     * @param counted the unit of the samples, in the plural
     * @param delta treatment's mean minus control's
     * @param alpha of the interval
     */
    record View(String counted, long samples, Estimate delta, double alpha) {

        Interval interval() {
            return new MeanSequence(alpha, OPTIMAL_COUNT).interval(delta);
        }
    }

    public ConfidenceCheck {
        views = List.copyOf(views);
    }

    static GuardrailCheck of(CheckParameters parameters, @Nullable Phase phase) {
        if (phase == null) {
            return new ConfidenceCheck(
                    parameters, List.of(new View("answers of the smaller arm", 0, Estimate.NONE, parameters.alpha())));
        }
        if (!sound(phase)) {
            return new InvalidEvidence(parameters, 0, "a sum of confidences is not a number");
        }
        double alpha = parameters.alpha() * phase.share();
        if (phase.shadow()) {
            return new ConfidenceCheck(parameters, List.of(pairs(phase, alpha)));
        }
        return new ConfidenceCheck(
                parameters,
                phase.concurrent()
                        ? List.of(arms(phase, alpha / 2), pairs(phase, alpha / 2))
                        : List.of(pairs(phase, alpha / 2)));
    }

    private static View pairs(Phase phase, double alpha) {
        return new View("pairs", phase.pairs(), ofPairs(phase), alpha);
    }

    private static View arms(Phase phase, double alpha) {
        long smaller = Math.min(phase.answers(Variant.CONTROL), phase.answers(Variant.TREATMENT));
        return new View("answers of the smaller arm", smaller, ofArms(phase), alpha);
    }

    /** Whether the sums are finite numbers. */
    public static boolean sound(Phase phase) {
        return phase.generations().stream().allMatch(each -> EvidenceSanity.confidences(each.pairs()))
                && (phase.shadow()
                        || Stream.of(Variant.values())
                                .flatMap(variant -> Arrays.stream(phase.arms(variant)))
                                .allMatch(EvidenceSanity::confidences));
    }

    /** Treatment's mean minus control's, between the arms. */
    public static Estimate ofArms(Phase phase) {
        return Estimate.ofDifference(phase.confidence(Variant.TREATMENT), phase.confidence(Variant.CONTROL));
    }

    /** The same, within pairs. */
    public static Estimate ofPairs(Phase phase) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence generation : phase.generations()) {
            var pairs = generation.pairs();
            moments = moments.plus(
                    Moments.ofSums(pairs.count(), pairs.confidenceDeltaSum(), pairs.confidenceDeltaSumOfSquares()));
        }
        return Estimate.ofMean(moments);
    }

    /**
     * The most informative view: the narrowest interval of those with enough samples, otherwise the view with most
     * samples.
     */
    private View leading() {
        return views.stream()
                .filter(this::enough)
                .min(Comparator.comparingDouble(
                        view -> view.interval().high() - view.interval().low()))
                .orElseGet(() -> views.stream()
                        .max(Comparator.comparingLong(View::samples))
                        .orElseThrow());
    }

    private boolean enough(View view) {
        return view.samples() >= parameters.guardrail().minimumSamples()
                && view.delta().known();
    }

    private boolean any(Predicate<Interval> decided) {
        return views.stream().filter(this::enough).map(View::interval).anyMatch(decided);
    }

    @Override
    public long samples() {
        return leading().samples();
    }

    @Override
    public String counted() {
        return leading().counted();
    }

    @Override
    public double estimate() {
        Estimate delta = leading().delta();
        return delta.known() ? delta.value() : Double.NaN;
    }

    @Override
    public Interval interval() {
        return leading().interval();
    }

    @Override
    public @Nullable EValue evidence() {
        return null;
    }

    @Override
    public boolean crossed() {
        return any(left -> left.low() > parameters.limit() || left.high() < -parameters.limit());
    }

    @Override
    public boolean kept() {
        return any(new Interval(-parameters.limit(), parameters.limit())::encloses);
    }
}
