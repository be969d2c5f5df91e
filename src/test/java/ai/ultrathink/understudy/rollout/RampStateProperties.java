package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.ShadowStagePlan;
import ai.ultrathink.understudy.rollout.RampState.Active;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** What holds for a ramp whatever happens to it. */
class RampStateProperties {

    private static final long ENOUGH = 1000;

    /** What may happen to a ramp. */
    enum Happening {
        MINUTE,
        HALF_AN_HOUR,
        CLEAR,
        CLEAR_WITH_TOO_FEW_REQUESTS,
        NOT_CLEAR,
        PAUSE,
        RESUME,
        APPROVE,
        APPROVE_WHEN_NOT_CLEAR,
        ABORT
    }

    /** A state, what led to it, and how long its stage had really run by then. */
    private record Passed(RampState before, Happening happening, RampState after, Duration ran) {}

    @Property(tries = 500)
    void a_stage_ends_only_when_every_limit_is_kept(
            @ForAll @Size(max = 300) List<Happening> history, @ForAll Approval approval, @ForAll boolean shadowStage) {
        for (Passed passed : play(plan(approval, shadowStage), history)) {
            if (left(passed)) {
                assertTrue(
                        passed.happening == Happening.CLEAR || passed.happening == Happening.APPROVE,
                        passed.toString());
            }
        }
    }

    @Property(tries = 500)
    void a_stage_ends_only_when_it_has_run_its_time_without_pauses(
            @ForAll @Size(max = 300) List<Happening> history, @ForAll Approval approval, @ForAll boolean shadowStage) {
        RampPlan plan = plan(approval, shadowStage);
        for (Passed passed : play(plan, history)) {
            if (left(passed)) {
                Duration least = passed.before.stage().length(plan);
                assertTrue(passed.ran.compareTo(least) >= 0, passed.toString());
            }
        }
    }

    @Property(tries = 500)
    void steps_are_taken_one_by_one(
            @ForAll @Size(max = 300) List<Happening> history, @ForAll Approval approval, @ForAll boolean shadowStage) {
        for (Passed passed : play(plan(approval, shadowStage), history)) {
            int steps = passed.after.stage().number() - passed.before.stage().number();
            assertTrue(steps == 0 || steps == 1, passed.toString());
        }
    }

    @Property(tries = 500)
    void what_has_ended_stays_as_it_is(
            @ForAll @Size(max = 300) List<Happening> history, @ForAll Approval approval, @ForAll boolean shadowStage) {
        for (Passed passed : play(plan(approval, shadowStage), history)) {
            if (!(passed.before instanceof Active)) {
                assertEquals(passed.before, passed.after);
            }
        }
    }

    @Property(tries = 500)
    void with_approval_nothing_but_an_approval_leads_to_the_next_stage(
            @ForAll @Size(max = 300) List<Happening> history, @ForAll boolean shadowStage) {
        for (Passed passed : play(plan(Approval.APPROVE, shadowStage), history)) {
            if (passed.after.stage().number() > passed.before.stage().number()) {
                assertEquals(Happening.APPROVE, passed.happening);
            }
        }
    }

    @Property(tries = 500)
    void nothing_but_resuming_or_aborting_leads_out_of_a_pause(
            @ForAll @Size(max = 300) List<Happening> history, @ForAll Approval approval) {
        for (Passed passed : play(plan(approval, true), history)) {
            if (passed.before instanceof Paused && !passed.before.equals(passed.after)) {
                assertTrue(
                        passed.happening == Happening.RESUME || passed.happening == Happening.ABORT, passed.toString());
            }
        }
    }

    @Property(tries = 200)
    void every_state_is_read_as_it_was_written(
            @ForAll @Size(max = 100) List<Happening> history, @ForAll Approval approval, @ForAll boolean shadowStage) {
        for (Passed passed : play(plan(approval, shadowStage), history)) {
            assertEquals(passed.after, RampStateJson.read(RampStateJson.write(passed.after)));
        }
    }

    @Property(tries = 200)
    void from_any_history_that_has_not_ended_a_clear_ramp_comes_to_its_end(
            @ForAll @Size(max = 100) List<Happening> history, @ForAll Approval approval, @ForAll boolean shadowStage) {
        RampPlan plan = plan(approval, shadowStage);
        List<Happening> all = new ArrayList<>(history);
        all.removeIf(happening -> happening == Happening.ABORT);
        for (int i = 0; i < 2 * plan.steps().size() + 2; i++) {
            all.addAll(List.of(
                    Happening.RESUME,
                    Happening.HALF_AN_HOUR,
                    Happening.HALF_AN_HOUR,
                    Happening.CLEAR,
                    Happening.APPROVE));
        }

        List<Passed> passed = play(plan, all);

        assertEquals(Finished.NAME, passed.getLast().after.wireName());
    }

    private static RampPlan plan(Approval approval, boolean shadowStage) {
        return new RampPlan(
                RampPlan.splits(0.1, 0.5, 1),
                Duration.ofHours(1),
                ENOUGH,
                approval,
                shadowStage ? ShadowStagePlan.atLeast(Duration.ofMinutes(30)) : ShadowStagePlan.NONE);
    }

    /** Whether a stage was left for the next, for a person's approval, or for good by itself. */
    private static boolean left(Passed passed) {
        if (passed.after.stage().number() > passed.before.stage().number()) {
            return true;
        }
        return passed.before instanceof Stage
                && (passed.after instanceof AwaitingApproval || passed.after instanceof Finished);
    }

    private static List<Passed> play(RampPlan plan, List<Happening> history) {
        List<Passed> passed = new ArrayList<>();
        Instant now = ManualTime.START;
        RampState state = Ramp.begun(plan, now, 1).state();
        Duration ran = Duration.ZERO;
        for (Happening happening : history) {
            Duration passing = passing(happening);
            now = now.plus(passing);
            // only a stage whose clock runs gets older
            ran = state instanceof Stage ? ran.plus(passing) : ran;
            RampState next = next(state, happening, plan, now);
            passed.add(new Passed(state, happening, next, ran));
            ran = next.stage().number() == state.stage().number() ? ran : Duration.ZERO;
            state = next;
        }
        return passed;
    }

    private static Duration passing(Happening happening) {
        return switch (happening) {
            case MINUTE -> Duration.ofMinutes(1);
            case HALF_AN_HOUR -> Duration.ofMinutes(30);
            default -> Duration.ZERO;
        };
    }

    private static RampState next(RampState state, Happening happening, RampPlan plan, Instant now) {
        return switch (happening) {
            case MINUTE, HALF_AN_HOUR -> state;
            case CLEAR -> evaluated(state, new StageProgress(true, ENOUGH), plan, now);
            case CLEAR_WITH_TOO_FEW_REQUESTS -> evaluated(state, new StageProgress(true, ENOUGH - 1), plan, now);
            case NOT_CLEAR -> evaluated(state, new StageProgress(false, ENOUGH), plan, now);
            case PAUSE -> state instanceof Advancing underway ? underway.pause("by ada", now) : state;
            case RESUME -> state instanceof Paused paused ? paused.resume(now) : state;
            case APPROVE -> approved(state, new StageProgress(true, ENOUGH), plan, now);
            case APPROVE_WHEN_NOT_CLEAR -> approved(state, new StageProgress(false, ENOUGH), plan, now);
            case ABORT -> state instanceof Active ongoing ? ongoing.abort("by ada", now) : state;
        };
    }

    private static RampState evaluated(RampState state, StageProgress progress, RampPlan plan, Instant now) {
        return state instanceof Stage stage ? stage.evaluated(plan, progress, now, stage.generation() + 1) : state;
    }

    private static RampState approved(RampState state, StageProgress progress, RampPlan plan, Instant now) {
        return state instanceof AwaitingApproval awaiting
                ? awaiting.approve(plan, progress, now, awaiting.stage().generation() + 1)
                : state;
    }
}
