package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import org.jspecify.annotations.Nullable;

/** Which model of a row failed, as the definition says. */
final class PlainFailures {

    private PlainFailures() {}

    static boolean control(Observation row) {
        return !queued(row)
                && (failed(row.control()) || (answered(row.control()) && row.controlTiming() == Timing.LATE));
    }

    static boolean treatment(Observation row) {
        return failed(row.treatment());
    }

    static boolean controlOnly(Observation row) {
        return bothAsked(row) && control(row) && answered(row.treatment());
    }

    static boolean treatmentOnly(Observation row) {
        return bothAsked(row) && treatment(row) && answered(row.control()) && !control(row) && !queued(row);
    }

    static boolean both(Observation row) {
        return bothAsked(row) && control(row) && treatment(row);
    }

    /** Whether control ran, for better or worse, and can be compared. */
    static boolean controlRan(Observation row) {
        return row.assigned() != Group.TREATMENT && (control(row) || (answered(row.control()) && !queued(row)));
    }

    static boolean treatmentRan(Observation row) {
        return row.assigned() != Group.CONTROL && (treatment(row) || answered(row.treatment()));
    }

    /** Of a split, a request whose models were both asked, and came to an end. */
    static boolean pairOfSplit(Observation row) {
        return row.pairing() == Pairing.PAIRED && row.control() != null && row.treatment() != null;
    }

    /** For want of capacity the treatment of a split was not run. */
    static boolean refused(Observation row) {
        return row.assigned() == Group.TREATMENT
                && (row.fallback() == Fallback.TREATMENT_REJECTED || lacking(row.treatment()));
    }

    static boolean shed(Observation row) {
        return row.pairing() == Pairing.SHED || (row.assigned() == Group.SHADOW && lacking(row.treatment()));
    }

    static boolean queued(Observation row) {
        return row.controlTiming() != null && row.controlTiming().saysNothing();
    }

    private static boolean bothAsked(Observation row) {
        return row.assigned() == Group.SHADOW || pairOfSplit(row);
    }

    private static boolean answered(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered;
    }

    private static boolean failed(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Failure && !outcome.lackOfCapacity();
    }

    private static boolean lacking(@Nullable Outcome outcome) {
        return outcome != null && outcome.lackOfCapacity();
    }
}
