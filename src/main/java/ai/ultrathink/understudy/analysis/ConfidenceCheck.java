package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Estimate;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.MeanSequence;
import ai.ultrathink.understudy.stats.Moments;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The difference of the mean confidences, on either side at most the limit: of pairs in a shadow, of the arms in a split. Decided by
 * an asymptotic confidence sequence, which for numbers between ⅓ and 1 is good from the usual minimum of 100 on.
 *
 * @param delta treatment's mean less control's
 * @param alpha of the interval
 */
record ConfidenceCheck(Terms terms, long samples, boolean paired, Estimate delta, double alpha) implements Check {

    /** Where the interval is narrowest; a tenth or ten times as many cost it a fifth of its width at most. */
    private static final double OPTIMAL_COUNT = 1_000;

    static Check of(Terms terms, @Nullable Phase phase) {
        if (phase == null) {
            return new ConfidenceCheck(terms, 0, false, Estimate.NONE, terms.alpha());
        }
        if (!sound(phase)) {
            return new UnsoundCheck(terms, 0, "a sum of confidences is no number");
        }
        return new ConfidenceCheck(terms, samples(phase), phase.shadow(), delta(phase), terms.alpha() * phase.share());
    }

    /** Whether the sums are numbers. */
    static boolean sound(Phase phase) {
        return phase.shadow()
                ? phase.generations().stream().allMatch(each -> Soundness.confidences(each.pairs()))
                : Stream.of(Variant.values())
                        .flatMap(variant -> Arrays.stream(phase.arms(variant)))
                        .allMatch(Soundness::confidences);
    }

    /** Pairs of a shadow, answers of the smaller arm of a split. */
    static long samples(Phase phase) {
        return phase.shadow()
                ? phase.sum(each -> each.pairs().count())
                : Math.min(phase.answers(Variant.CONTROL), phase.answers(Variant.TREATMENT));
    }

    /** Treatment's mean less control's. */
    static Estimate delta(Phase phase) {
        return phase.shadow()
                ? Estimate.ofMean(pairs(phase))
                : Estimate.ofDifference(phase.confidence(Variant.TREATMENT), phase.confidence(Variant.CONTROL));
    }

    private static Moments pairs(Phase phase) {
        Moments moments = Moments.NONE;
        for (GenerationEvidence generation : phase.generations()) {
            var pairs = generation.pairs();
            moments = moments.plus(
                    Moments.ofSums(pairs.count(), pairs.confidenceDeltaSum(), pairs.confidenceDeltaSumOfSquares()));
        }
        return moments;
    }

    @Override
    public String counted() {
        return paired ? "pairs" : "answers of the smaller arm";
    }

    @Override
    public double estimate() {
        return delta.known() ? delta.value() : Double.NaN;
    }

    @Override
    public Interval interval() {
        return new MeanSequence(alpha, OPTIMAL_COUNT).interval(delta);
    }

    @Override
    public @Nullable EValue evidence() {
        return null;
    }

    @Override
    public boolean crossed() {
        Interval left = interval();
        return left.low() > terms.limit() || left.high() < -terms.limit();
    }

    @Override
    public boolean kept() {
        return new Interval(-terms.limit(), terms.limit()).encloses(interval());
    }
}
