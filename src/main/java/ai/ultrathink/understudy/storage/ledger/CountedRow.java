package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import org.jspecify.annotations.Nullable;

/**
 * An observation as the ledger counts it: which model answered or failed, and whether that says something about the model. The
 * database's function {@code ab_test_contribution} counts a stored row in the same way; a test holds one against the other.
 */
final class CountedRow {

    final Observation row;
    final boolean control;
    final boolean treatment;
    final boolean shadow;
    final boolean ownUnit;
    final boolean controlQueued;
    final boolean controlLate;
    final boolean controlAnswered;
    final boolean treatmentAnswered;
    final boolean controlFailed;
    final boolean treatmentFailed;
    /** Both answered. */
    final boolean pair;
    /** Both models of a split's request came to an end. */
    final boolean paired;

    final boolean controlOnly;
    final boolean treatmentOnly;

    private final @Nullable Comparison comparison;

    CountedRow(Observation row) {
        this.row = row;
        control = row.assigned() == Group.CONTROL;
        treatment = row.assigned() == Group.TREATMENT;
        shadow = row.assigned() == Group.SHADOW;
        ownUnit = row.unitId().equals(row.requestId());
        controlQueued = row.controlTiming() != null && row.controlTiming().saysNothing();
        controlLate = row.controlTiming() == Timing.LATE;
        boolean controlThere = row.control() instanceof Outcome.Answered;
        boolean treatmentThere = row.treatment() instanceof Outcome.Answered;
        controlAnswered = !treatment && controlThere;
        treatmentAnswered = !control && treatmentThere;
        controlFailed = !controlQueued && (failed(row.control()) || (controlThere && controlLate));
        treatmentFailed = failed(row.treatment());
        pair = controlThere && treatmentThere;
        paired = row.pairing() == Pairing.PAIRED && row.control() != null && row.treatment() != null;
        controlOnly = (shadow || paired) && controlFailed && treatmentThere;
        treatmentOnly = (shadow || paired) && treatmentFailed && controlThere && !controlFailed && !controlQueued;
        comparison = row.comparison().orElse(null);
    }

    /** Whether a model is to blame: it gave an error, an invalid answer or none in time. */
    private static boolean failed(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Failed
                || outcome instanceof Outcome.Invalid
                || outcome instanceof Outcome.TimedOut;
    }

    boolean fallback(Fallback reason) {
        return row.fallback() == reason;
    }

    /** Whether the treatment did not run, or not to its end, for want of capacity. */
    boolean treatmentHeldBack() {
        return row.treatment() instanceof Outcome.Rejected || row.treatment() instanceof Outcome.Queued;
    }

    boolean agrees() {
        return comparison != null && comparison.actionsMatch();
    }

    double confidenceDelta() {
        return comparison == null ? 0 : comparison.confidenceDelta();
    }

    double latencyDelta() {
        return comparison == null ? 0 : comparison.latencyDeltaMillis();
    }

    static double confidence(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered ? answered.answer().confidence() : 0;
    }

    /** Milliseconds of the forward pass; 0 if there is no answer. */
    static double latency(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered ? answered.latencyMillis() : 0;
    }

    /** The natural logarithm of the latency, which is between 1 µs and 1e9 ms. */
    static double logLatency(@Nullable Outcome outcome) {
        return Math.log(Math.clamp(latency(outcome), 0.001, 1e9));
    }

    /** Whether the row has a value of the quantity. */
    boolean has(Quantity quantity) {
        return switch (quantity) {
            case AGREEMENT, CONFIDENCE_DELTA -> pair;
            case CONTROL_CONFIDENCE, CONTROL_LATENCY -> controlAnswered;
            case TREATMENT_CONFIDENCE, TREATMENT_LATENCY -> treatmentAnswered;
        };
    }

    /** The value of a quantity that the row has. */
    double value(Quantity quantity) {
        return switch (quantity) {
            case AGREEMENT -> agrees() ? 1 : 0;
            case CONFIDENCE_DELTA -> confidenceDelta();
            case CONTROL_CONFIDENCE -> confidence(row.control());
            case TREATMENT_CONFIDENCE -> confidence(row.treatment());
            case CONTROL_LATENCY -> logLatency(row.control());
            case TREATMENT_LATENCY -> logLatency(row.treatment());
        };
    }

    /** The first digits of the version's digest; empty if the version is not known. */
    static String digest(@Nullable ModelVersion version) {
        return version == null || version.digest().isEmpty() ? "" : version.shownDigest();
    }

    /** {@code name@version#digest}; null if there is no digest. */
    static @Nullable String identity(@Nullable ModelVersion version) {
        return version == null || version.digest().isEmpty() ? null : version.text();
    }
}
