package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a ramp, for readers.
 *
 * @param state rehearsing, holding, awaiting_approval, paused, finished or aborted
 * @param step the number of the step, from 1; 0 in the shadow stage
 * @param since when that state began; for a stage, plus the time that it was paused
 * @param held how long the stage has lasted so far, without pauses
 * @param reason why it is paused or was aborted
 * @param waitsFor what has to happen before it continues, in sentences; empty if it has ended
 */
public record RampStatus(
        RampPlan plan,
        String state,
        int step,
        Instant since,
        Duration held,
        @Nullable String reason,
        List<String> waitsFor) {

    public RampStatus {
        waitsFor = List.copyOf(waitsFor);
    }

    /**
     * @param now by the ramps' clock
     * @param behind the time by which that clock is behind the wall clock
     */
    static RampStatus of(Ramp ramp, List<String> waitsFor, Instant now, Duration behind) {
        Stage stage = ramp.state().stage();
        String name = ramp.state().wireName();
        int step = stage.number();
        return switch (ramp.state()) {
            case Stage running ->
                new RampStatus(
                        ramp.plan(), name, step, running.since().plus(behind), running.held(now), null, waitsFor);
            case AwaitingApproval(Stage ended, Instant since) ->
                new RampStatus(ramp.plan(), name, step, since.plus(behind), ended.held(since), null, waitsFor);
            case Paused(Advancing before, Instant since, String why) ->
                new RampStatus(
                        ramp.plan(),
                        name,
                        step,
                        since.plus(behind),
                        before.stage().held(since),
                        why,
                        waitsFor);
            case Finished(Stage last, Instant since) ->
                new RampStatus(ramp.plan(), name, step, since.plus(behind), last.held(since), null, waitsFor);
            case Aborted(Stage last, Instant since, String why) ->
                new RampStatus(ramp.plan(), name, step, since.plus(behind), last.held(since), why, waitsFor);
        };
    }
}
