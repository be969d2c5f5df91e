package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.trial.Explained;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a prediction would go, as the API shows it. */
@Schema(name = "Explanation")
record ExplanationView(
        String unitId,
        String model,
        @Nullable String testId,

        @Schema(enumeration = {"control", "treatment", "shadow"}) @Nullable String assignedGroup,

        @Schema(description = "the unit's bucket, 0 to 2^32 - 1; below threshold it is treatment's") @Nullable Long bucket,

        @Nullable Long threshold,
        @Nullable Long generation,

        @Schema(description = "the version of the assignment rule")
        int hashVersion) {

    static ExplanationView of(Explained.Plain plain) {
        return new ExplanationView(plain.unitId(), plain.model(), null, null, null, null, null, Assignment.VERSION);
    }

    static ExplanationView of(Explained.OnTrial trial) {
        return new ExplanationView(
                trial.unitId(),
                trial.model(),
                trial.test().testId(),
                trial.group().wireName(),
                trial.bucket(),
                trial.test().split().threshold(),
                trial.test().generation(),
                Assignment.VERSION);
    }
}
