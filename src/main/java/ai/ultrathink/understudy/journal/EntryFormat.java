package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import java.util.List;

/**
 * Numeric codes in journal entries. The first format had no model versions, no pairs in a split and no failure texts.
 * Its entries are still read, because a journal outlives the program that wrote it. What later formats added to an
 * observation is at its end and may be missing: first the timing of control, then the trace.
 */
final class EntryFormat {

    static final byte FIRST_WHOLE = 1;
    static final byte FIRST_OPENED = 2;
    static final byte FIRST_CLOSED = 3;
    static final byte WHOLE = 4;
    static final byte OPENED = 5;
    static final byte CLOSED = 6;

    static final byte ABSENT = 0;
    static final byte ANSWERED = 1;
    static final byte TIMED_OUT = 2;
    static final byte REJECTED = 3;
    static final byte FAILED = 4;
    static final byte INVALID = 5;
    static final byte QUEUED = 6;
    /** An answer with the names of its actions; {@link #ANSWERED} is one of HOLD, BUY and SELL. */
    static final byte ANSWERED_BY_NAME = 7;

    static final byte NONE = -1;

    // the index in these lists is the code: only append
    static final List<Group> GROUPS = List.of(Group.CONTROL, Group.TREATMENT, Group.SHADOW);
    static final List<Variant> VARIANTS = List.of(Variant.CONTROL, Variant.TREATMENT);
    static final List<Timing> TIMINGS = List.of(Timing.IN_TIME, Timing.LATE, Timing.QUEUED, Timing.UNCOMPARED);
    static final List<Pairing> PAIRINGS = List.of(Pairing.PAIRED, Pairing.SHED, Pairing.WITHHELD);
    static final List<Fallback> FALLBACKS = List.of(
            Fallback.TREATMENT_ERROR,
            Fallback.TREATMENT_TIMEOUT,
            Fallback.TREATMENT_REJECTED,
            Fallback.GUARD_OPEN,
            Fallback.TEST_DISABLED,
            Fallback.FENCED);

    private EntryFormat() {}
}
