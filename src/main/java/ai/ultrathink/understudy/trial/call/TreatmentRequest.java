package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.trial.exposure.Exposure;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What a treatment is asked.
 *
 * @param deadline from when it is asked
 * @param wanted looked at while the request waits for the model; once it is false the model is not asked any more
 */
public record TreatmentRequest(Exposure exposure, Duration deadline, BooleanSupplier wanted) {

    /** With the treatment's own deadline; the answer stays wanted. */
    public static TreatmentRequest of(Exposure exposure) {
        return new TreatmentRequest(exposure, exposure.treatmentDeadline(), () -> true);
    }

    /** The same, with another deadline. */
    TreatmentRequest within(Duration otherDeadline) {
        return new TreatmentRequest(exposure, otherDeadline, wanted);
    }

    /** The same, as long as it is wanted. */
    TreatmentRequest whileWanted(BooleanSupplier stillWanted) {
        return new TreatmentRequest(exposure, deadline, stillWanted);
    }
}
