package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.inference.CallWatch;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import java.time.Duration;

/**
 * What a treatment is asked.
 *
 * @param deadline from when it is asked
 * @param watch asked while the request waits for the model; once it does not want the answer the model is not asked any more
 */
public record TreatmentRequest(Exposure exposure, Duration deadline, CallWatch watch) {

    /** With the treatment's own deadline; the answer stays wanted. */
    public static TreatmentRequest of(Exposure exposure) {
        return new TreatmentRequest(exposure, exposure.treatmentDeadline(), () -> true);
    }

    /** The same, as long as it is wanted. */
    TreatmentRequest whileWanted(CallWatch stillWanted) {
        return new TreatmentRequest(exposure, deadline, stillWanted);
    }
}
