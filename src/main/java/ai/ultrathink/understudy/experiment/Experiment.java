package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of two models, as configured at one generation.
 *
 * @param testId 1–100 of A-Z a-z 0-9 . _ -
 * @param controlModel the model in use, by the name that callers ask for
 * @param treatmentModel the model that may replace it
 * @param split the fraction of units assigned to treatment; without effect in shadow mode
 * @param mode how the treatment is used
 * @param enabled whether the treatment is used at all
 * @param explicit applies only to requests that name this experiment
 * @param description free text
 * @param createdAt when the experiment was created
 * @param generation version of the configuration: 1 at creation, one more at each change
 * @param controlDeadline how long control may take, or null for the service's setting
 * @param treatmentDeadline how long treatment may take, or null for the service's setting
 * @param guardrails the limits that its treatment must keep
 * @param pairs the fraction of a split's requests that both models answer; without effect in shadow mode, where both
 *     answer all
 * @param versions the versions that the two models are pinned to, and the policy when one of them changes
 * @param aa whether this is an A/A test: both models are one, under one name or two, so that any difference is a fault of the
 *     measurement
 * @param outcome how its realised outcomes are evaluated, or null if they are not
 * @param fourEyes whether a second person has to approve a promotion, a step of a ramp that needs approval, and looser limits; null
 *     of an experiment from before, to which the service's setting applies
 * @param symbols the symbols that it is for
 */
public record Experiment(
        String testId,
        String controlModel,
        String treatmentModel,
        Split split,
        Mode mode,
        boolean enabled,
        boolean explicit,
        String description,
        Instant createdAt,
        long generation,
        @Nullable Duration controlDeadline,
        @Nullable Duration treatmentDeadline,
        Guardrails guardrails,
        Split pairs,
        VersionPolicy versions,
        boolean aa,
        @Nullable OutcomePlan outcome,
        @Nullable Boolean fourEyes,
        Symbols symbols) {

    /** The fraction of a split's requests that both models answer, unless the experiment says otherwise. */
    public static final Split USUAL_PAIRS = new Split(0.1);

    /** An experiment with the usual fraction of pairs and the usual policy about its models' versions. */
    public Experiment(
            String testId,
            String controlModel,
            String treatmentModel,
            Split split,
            Mode mode,
            boolean enabled,
            boolean explicit,
            String description,
            Instant createdAt,
            long generation,
            @Nullable Duration controlDeadline,
            @Nullable Duration treatmentDeadline,
            Guardrails guardrails) {
        this(
                testId,
                controlModel,
                treatmentModel,
                split,
                mode,
                enabled,
                explicit,
                description,
                createdAt,
                generation,
                controlDeadline,
                treatmentDeadline,
                guardrails,
                USUAL_PAIRS,
                VersionPolicy.USUAL,
                false,
                null,
                null,
                Symbols.ALL);
    }

    /** Whether both models have one name. Only an A/A test may be like that. */
    public boolean ofOneName() {
        return controlModel.equals(treatmentModel);
    }

    /** Whether requests may reach the treatment. */
    public boolean running() {
        return enabled && mode != Mode.DISABLED;
    }

    /** Whether this experiment applies to requests that name no experiment. */
    public boolean appliesUnnamed() {
        return enabled && !explicit;
    }

    public boolean shadow() {
        return mode == Mode.SHADOW;
    }

    /** The same experiment with another split. */
    public Experiment withSplit(Split changed) {
        return with(changed, mode, enabled, generation, guardrails, outcome, symbols);
    }

    /** The same experiment in another mode. */
    public Experiment withMode(Mode changed) {
        return with(split, changed, enabled, generation, guardrails, outcome, symbols);
    }

    /** The same experiment with other limits. */
    public Experiment withGuardrails(Guardrails changed) {
        return with(split, mode, enabled, generation, changed, outcome, symbols);
    }

    /** The same experiment, enabled or not. */
    public Experiment withEnabled(boolean changed) {
        return with(split, mode, changed, generation, guardrails, outcome, symbols);
    }

    /** The same experiment at another generation. */
    public Experiment withGeneration(long changed) {
        return with(split, mode, enabled, changed, guardrails, outcome, symbols);
    }

    /** The same experiment with another plan for its outcomes. */
    public Experiment withOutcome(OutcomePlan changed) {
        return with(split, mode, enabled, generation, guardrails, changed, symbols);
    }

    /** The same experiment for other symbols. */
    public Experiment withSymbols(Symbols changed) {
        return with(split, mode, enabled, generation, guardrails, outcome, changed);
    }

    private Experiment with(
            Split changedSplit,
            Mode changedMode,
            boolean changedEnabled,
            long changedGeneration,
            Guardrails changedGuardrails,
            @Nullable OutcomePlan changedOutcome,
            Symbols changedSymbols) {
        return new Experiment(
                testId,
                controlModel,
                treatmentModel,
                changedSplit,
                changedMode,
                changedEnabled,
                explicit,
                description,
                createdAt,
                changedGeneration,
                controlDeadline,
                treatmentDeadline,
                changedGuardrails,
                pairs,
                versions,
                aa,
                changedOutcome,
                fourEyes,
                changedSymbols);
    }
}
