package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.LastEvaluation;
import ai.ultrathink.understudy.experiment.Experiment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a ramp as far as it is known without evidence.
 *
 * @param state as in {@link RampStatus}
 * @param step the number of the step, from 1; 0 in the shadow stage
 * @param steps how many there are
 * @param waitsFor what has to happen before it continues, in sentences: of a stage, as the last evaluation found it
 */
public record RampGlance(String state, int step, int steps, List<String> waitsFor) {

    static RampGlance of(PersistedRamp stored, Experiment experiment, @Nullable LastEvaluation last) {
        Ramp ramp = Ramp.of(stored);
        // a stage begins with a generation of its own
        List<String> found = last == null || last.generation() != experiment.generation() ? null : last.rampWaitsFor();
        return new RampGlance(
                ramp.state().wireName(),
                ramp.state().stage().number(),
                ramp.plan().steps().size(),
                // the time matters to no sentence that is made here
                new RampConditions(ramp, experiment, Instant.EPOCH).asFound(found));
    }
}
