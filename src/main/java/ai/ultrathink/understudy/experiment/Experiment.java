package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A test of two models, as configured at one generation.
 *
 * @param testId 1–100 of A-Z a-z 0-9 . _ -
 * @param controlModel the model in use, by the name that callers ask for
 * @param treatmentModel the model on trial
 * @param split the fraction of units assigned to treatment; without effect in shadow mode
 * @param mode how the treatment is used
 * @param enabled whether the treatment is used at all
 * @param explicit applies only to requests that name this test
 * @param description for people
 * @param createdAt when the test was created
 * @param generation the configuration's version: 1 at creation, one more at each change
 * @param controlDeadline how long control may take, or null for the service's setting
 * @param treatmentDeadline how long treatment may take, or null for the service's setting
 * @param guardrails the limits that its treatment must keep
 * @param pairs of a split's requests, the fraction that both models answer; without effect in shadow mode, where all do
 * @param versions which versions of the two models it is about, and what follows when one of them changes
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
        VersionPolicy versions) {

    /** The fraction of a split's requests that both models answer, unless the test says otherwise. */
    public static final Split USUAL_PAIRS = new Split(0.1);

    /** A test with the usual fraction of pairs and the usual policy about its models' versions. */
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
                VersionPolicy.USUAL);
    }

    /** Whether requests may reach the treatment. */
    public boolean running() {
        return enabled && mode != Mode.DISABLED;
    }

    /** Whether this test applies to requests that name no test. */
    public boolean appliesUnnamed() {
        return enabled && !explicit;
    }

    public boolean shadow() {
        return mode == Mode.SHADOW;
    }

    /** The same test with another split. */
    public Experiment withSplit(Split changed) {
        return with(changed, mode, enabled, generation, guardrails);
    }

    /** The same test in another mode. */
    public Experiment withMode(Mode changed) {
        return with(split, changed, enabled, generation, guardrails);
    }

    /** The same test with other limits. */
    public Experiment withGuardrails(Guardrails changed) {
        return with(split, mode, enabled, generation, changed);
    }

    /** The same test, enabled or not. */
    public Experiment withEnabled(boolean changed) {
        return with(split, mode, changed, generation, guardrails);
    }

    /** The same test at another generation. */
    public Experiment withGeneration(long changed) {
        return with(split, mode, enabled, changed, guardrails);
    }

    private Experiment with(
            Split changedSplit,
            Mode changedMode,
            boolean changedEnabled,
            long changedGeneration,
            Guardrails changedGuardrails) {
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
                versions);
    }
}
