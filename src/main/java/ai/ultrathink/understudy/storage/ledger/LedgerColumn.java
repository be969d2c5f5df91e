package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What a row contributes to the columns of an entry of the ledger. A condition counts 1. A sum whose squares are kept as well has a
 * second column, whose name ends in {@code sumsq}. What is added up for units that return is not here.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions of a row and of nothing else
enum LedgerColumn {
    SAMPLES(row -> true),
    CONTROL_COUNT(row -> row.control),
    TREATMENT_COUNT(row -> row.treatment),
    SHADOW_COUNT(row -> row.shadow),
    FALLBACK_COUNT(row -> row.row.fallback() != null),
    SPLIT_COUNT(row -> !row.shadow && row.row.configuredSplit() != null),
    SPLIT_TREATMENT_COUNT(row -> row.treatment && row.row.configuredSplit() != null),
    CONFIGURED_SPLIT_SUM(
            row -> row.shadow ? 0 : Objects.requireNonNullElse(row.row.configuredSplit(), 0.0), Squares.NOT_KEPT),
    CONTROL_UNITS(row -> row.control && row.ownUnit),
    TREATMENT_UNITS(row -> row.treatment && row.ownUnit),

    // the service's own doing, and nothing that a model could answer for
    FENCED(row -> row.fallback(Fallback.FENCED)),
    WITHHELD(row -> !row.control && (row.fallback(Fallback.FENCED) || row.fallback(Fallback.TEST_DISABLED))),
    GUARD_OPEN(row -> !row.control && row.fallback(Fallback.GUARD_OPEN)),
    SHED(row -> (row.shadow && row.treatmentHeldBack()) || row.row.pairing() == Pairing.SHED),
    TREATMENT_REJECTIONS(
            row -> row.treatment && (row.fallback(Fallback.TREATMENT_REJECTED) || row.treatmentHeldBack())),

    CONTROL_REQUESTS(row -> (row.controlAnswered && !row.controlQueued) || (!row.treatment && row.controlFailed)),
    TREATMENT_REQUESTS(row -> row.treatmentAnswered || (!row.control && row.treatmentFailed)),
    CONTROL_FAILURES(row -> !row.treatment && row.controlFailed),
    TREATMENT_FAILURES(row -> !row.control && row.treatmentFailed),
    CONTROL_FAILING_UNITS(row -> !row.treatment && row.controlFailed && row.ownUnit),
    TREATMENT_FAILING_UNITS(row -> !row.control && row.treatmentFailed && row.ownUnit),
    TREATMENT_ERRORS(row -> !row.control
            && (row.row.treatment() instanceof Outcome.Failed || row.row.treatment() instanceof Outcome.Invalid)),
    TREATMENT_TIMEOUTS(row -> !row.control && row.row.treatment() instanceof Outcome.TimedOut),
    CONTROL_ERROR_COUNT(row -> !row.treatment && row.row.control() instanceof Outcome.Failure),
    TREATMENT_ERROR_COUNT(row -> !row.control && row.row.treatment() instanceof Outcome.Failure),

    PAIRED_ROWS(row -> row.paired),
    CONTROL_ONLY_FAILURES(row -> row.controlOnly),
    TREATMENT_ONLY_FAILURES(row -> row.treatmentOnly),
    BOTH_FAILURES(row -> (row.shadow || row.paired) && row.controlFailed && row.treatmentFailed),
    CONTROL_ONLY_UNITS(row -> row.controlOnly && row.ownUnit),
    TREATMENT_ONLY_UNITS(row -> row.treatmentOnly && row.ownUnit),
    SECOND_CONTROL_REQUESTS(row -> row.treatment && row.paired && !row.controlQueued),
    SECOND_CONTROL_FAILURES(row -> row.treatment && row.paired && row.controlFailed),
    SECOND_TREATMENT_REQUESTS(row -> row.control && row.paired),
    SECOND_TREATMENT_FAILURES(row -> row.control && row.paired && row.treatmentFailed),

    CONTROL_ANSWERS(row -> row.controlAnswered),
    CONTROL_CONFIDENCE_SUM(row -> row.controlAnswered ? CountedRow.confidence(row.row.control()) : 0, Squares.KEPT),
    CONTROL_LATENCY_SUM(row -> row.controlAnswered ? CountedRow.latency(row.row.control()) : 0, Squares.KEPT),
    CONTROL_LOG_LATENCY_SUM(row -> row.controlAnswered ? CountedRow.logLatency(row.row.control()) : 0, Squares.KEPT),
    TREATMENT_ANSWERS(row -> row.treatmentAnswered),
    TREATMENT_CONFIDENCE_SUM(
            row -> row.treatmentAnswered ? CountedRow.confidence(row.row.treatment()) : 0, Squares.KEPT),
    TREATMENT_LATENCY_SUM(row -> row.treatmentAnswered ? CountedRow.latency(row.row.treatment()) : 0, Squares.KEPT),
    TREATMENT_LOG_LATENCY_SUM(
            row -> row.treatmentAnswered ? CountedRow.logLatency(row.row.treatment()) : 0, Squares.KEPT),
    PAIR_COUNT(row -> row.pair),
    AGREE_COUNT(CountedRow::agrees),
    CONFIDENCE_DELTA_SUM(CountedRow::confidenceDelta, Squares.KEPT),
    LATENCY_DELTA_SUM(CountedRow::latencyDelta, Squares.KEPT);

    private enum Squares {
        KEPT,
        NOT_KEPT
    }

    private final String column = name().toLowerCase(Locale.ROOT);
    private final ToDoubleFunction<CountedRow> contribution;
    private final boolean count;
    private final boolean squares;

    LedgerColumn(Predicate<CountedRow> condition) {
        this.contribution = row -> condition.test(row) ? 1 : 0;
        this.count = true;
        this.squares = false;
    }

    LedgerColumn(ToDoubleFunction<CountedRow> contribution, Squares squares) {
        this.contribution = contribution;
        this.count = false;
        this.squares = squares == Squares.KEPT;
    }

    double of(CountedRow row) {
        return contribution.applyAsDouble(row);
    }

    /** The column's name in {@code ab_test_account}. */
    String column() {
        return column;
    }

    /** Whether it counts rows, so that its sums are whole numbers. */
    boolean isCount() {
        return count;
    }

    boolean keepsSquares() {
        return squares;
    }
}
