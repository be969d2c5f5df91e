package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.trial.RoutingExplanation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a prediction would go, as the API shows it. */
@Schema(name = "Explanation")
record ExplanationView(
        String unitId,
        String model,

        @Schema(description = "the model as it is loaded now: name@version#digest")
        String modelVersion,

        @Schema(description = "the test's treatment, likewise; null where no test applies or it is not loaded")
        @Nullable String treatmentVersion,

        @Nullable String testId,

        @Schema(enumeration = {"control", "treatment", "shadow"}) @Nullable String assignedGroup,

        @Schema(description = "the unit's bucket, 0 to 2^32 - 1; below threshold it is treatment's") @Nullable Long bucket,

        @Nullable Long threshold,
        @Nullable Long generation,

        @Schema(description = "the version of the assignment rule")
        int hashVersion) {

    static ExplanationView of(RoutingExplanation.Plain plain) {
        return new ExplanationView(
                plain.unitId(),
                plain.model().name(),
                plain.model().text(),
                null,
                null,
                null,
                null,
                null,
                null,
                Assignment.VERSION);
    }

    static ExplanationView of(RoutingExplanation.OnTrial trial) {
        return new ExplanationView(
                trial.unitId(),
                trial.control().name(),
                trial.control().text(),
                trial.treatment() == null ? null : trial.treatment().text(),
                trial.experiment().testId(),
                trial.group().wireName(),
                trial.bucket(),
                trial.experiment().split().threshold(),
                trial.experiment().generation(),
                Assignment.VERSION);
    }
}
