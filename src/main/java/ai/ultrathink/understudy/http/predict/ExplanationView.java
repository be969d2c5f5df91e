package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.trial.Route;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
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

        @Schema(description = "why the test that was asked for does not apply, if it does not") @Nullable String reason,

        @Schema(enumeration = {"control", "treatment", "shadow"}) @Nullable String assignedGroup,

        @Schema(description = "the unit's bucket, 0 to 2^32 - 1; below threshold it is treatment's") @Nullable Long bucket,

        @Nullable Long threshold,
        @Nullable Long generation,

        @Schema(description = "the version of the assignment rule")
        int hashVersion) {

    static ExplanationView of(PredictionRequest request, Route.Plain plain) {
        ModelVersion model = plain.control().loaded();
        return new ExplanationView(
                request.unitId(),
                model.name(),
                model.text(),
                null,
                null,
                reason(request, plain.excluded()),
                null,
                null,
                null,
                null,
                Assignment.VERSION);
    }

    private static @Nullable String reason(PredictionRequest request, @Nullable Experiment excluded) {
        return excluded == null
                ? null
                : "symbol " + request.symbol() + " is none of those that test " + excluded.testId() + " is for: "
                        + String.join(", ", excluded.symbols().patterns());
    }

    static ExplanationView of(PredictionRequest request, Route.OnTrial trial) {
        ModelVersion control = trial.control().loaded();
        Experiment experiment = trial.experiment();
        return new ExplanationView(
                request.unitId(),
                control.name(),
                control.text(),
                trial.treatment().map(treatment -> treatment.loaded().text()).orElse(null),
                experiment.testId(),
                null,
                trial.assigned().wireName(),
                Assignment.bucket(experiment.testId(), request.unitId()),
                experiment.split().threshold(),
                experiment.generation(),
                Assignment.VERSION);
    }
}
