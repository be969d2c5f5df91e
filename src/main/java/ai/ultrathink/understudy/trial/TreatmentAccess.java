package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;

/** Whether one request may use its test's treatment. */
sealed interface TreatmentAccess {

    /** It may, and says with the permit how that went. */
    record Granted(Permit permit) implements TreatmentAccess {}

    /** It may not; control answers. */
    record Withheld(Fallback why) implements TreatmentAccess {}
}
