package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Symbols;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A test of the framework, by its configuration, or made up from its results: the framework itself keeps tests in memory.
 *
 * @param configured whether it has a configuration
 * @param controlModel null where neither a configuration nor a result names it; likewise the others
 * @param rows how many results it has
 */
record FrameworkExperiment(
        String testId,
        boolean configured,
        String mode,
        @Nullable String controlModel,
        @Nullable String treatmentModel,
        double split,
        String description,
        Instant createdAt,
        long rows) {

    /** Why it cannot be a test here, if so. */
    Optional<String> problem() {
        if (controlModel == null || treatmentModel == null) {
            return Optional.of("it has no configuration, and no result names both of its models");
        }
        try {
            IdentifierRules.newTestId(testId);
            IdentifierRules.model("control_model", controlModel);
            IdentifierRules.model("treatment_model", treatmentModel);
            Mode.of(mode);
            new Split(split);
            return Optional.empty();
        } catch (InvalidValueException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** As it is here: disabled, because another hash would assign its units. */
    Experiment experiment() {
        String control = String.valueOf(controlModel);
        String treatment = String.valueOf(treatmentModel);
        return new Experiment(
                testId,
                control,
                treatment,
                new Split(split),
                Mode.of(mode),
                false,
                false,
                description,
                createdAt,
                1,
                null,
                null,
                Guardrails.USUAL,
                Experiment.USUAL_PAIRS,
                VersionPolicy.USUAL,
                control.equals(treatment),
                null,
                null,
                Symbols.ALL);
    }
}
