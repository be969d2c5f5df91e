package ai.ultrathink.understudy.rollout;

import static ai.ultrathink.understudy.experiment.ManualTime.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.RampStep;
import ai.ultrathink.understudy.experiment.ShadowStagePlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Holding;
import ai.ultrathink.understudy.rollout.RampState.ShadowStage;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RampStateTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant LATER = START.plus(HOUR);
    private static final StageProgress CLEAR = new StageProgress(true, 1000);

    @Test
    void a_ramp_without_rehearsal_begins_with_its_first_step() {
        assertEquals(
                new Holding(1, START, 4),
                Ramp.begun(with(ShadowStagePlan.NONE), START, 4).state());
    }

    @Test
    void a_ramp_rehearses_unless_it_is_told_not_to() {
        assertEquals(
                new ShadowStage(START, 4), Ramp.begun(RampPlan.USUAL, START, 4).state());
    }

    @Test
    void a_rehearsal_without_a_time_lasts_until_every_limit_is_shown_to_be_kept() {
        ShadowStage shadow = new ShadowStage(START, 1);

        assertEquals(shadow, shadow.evaluated(RampPlan.USUAL, new StageProgress(false, 5000), LATER, 2));
        assertEquals(shadow, shadow.evaluated(RampPlan.USUAL, new StageProgress(true, 999), LATER, 2));
        assertEquals(new Holding(1, START, 2), shadow.evaluated(RampPlan.USUAL, CLEAR, START, 2));
    }

    @Test
    void a_step_that_says_itself_how_long_it_lasts_is_held_so_long() {
        RampPlan plan = new RampPlan(
                List.of(
                        new RampStep(new Split(0.05), Duration.ofDays(2)),
                        new RampStep(new Split(0.5)),
                        new RampStep(new Split(1), Duration.ZERO)),
                HOUR,
                1000,
                Approval.AUTO,
                ShadowStagePlan.NONE);

        assertEquals(Duration.ofDays(2), new Holding(1, START, 1).length(plan));
        assertEquals(HOUR, new Holding(2, START, 1).length(plan));
        assertEquals(Duration.ZERO, new Holding(3, START, 1).length(plan));
        Holding first = new Holding(1, START, 1);
        assertEquals(
                first,
                first.evaluated(plan, CLEAR, START.plus(Duration.ofDays(2)).minusMillis(1), 2));
    }

    @Test
    void a_ramp_with_a_rehearsal_begins_as_a_shadow() {
        RampState begun = Ramp.begun(withShadowStage(), START, 4).state();

        assertEquals(new ShadowStage(START, 4), begun);
        assertEquals(
                Mode.SHADOW,
                begun.stage()
                        .appliedTo(RolloutEvidence.split(0.05), withShadowStage())
                        .mode());
    }

    @Test
    void after_the_rehearsal_the_test_splits_the_traffic() {
        Stage next = new ShadowStage(START, 1)
                .evaluated(withShadowStage(), CLEAR, LATER, 2)
                .stage();

        assertEquals(new Holding(1, LATER, 2), next);
        Experiment experiment = next.appliedTo(RolloutEvidence.shadow(), withShadowStage());
        assertEquals(Mode.TRAFFIC_SPLIT, experiment.mode());
        assertEquals(new Split(0.05), experiment.split());
    }

    @Test
    void a_step_waits_for_its_time() {
        Holding first = new Holding(1, START, 1);

        assertEquals(first, first.evaluated(RampPlan.USUAL, CLEAR, LATER.minusMillis(1), 2));
        assertEquals(new Holding(2, LATER, 2), first.evaluated(RampPlan.USUAL, CLEAR, LATER, 2));
    }

    @Test
    void a_step_waits_for_its_requests() {
        Holding first = new Holding(1, START, 1);

        assertEquals(first, first.evaluated(RampPlan.USUAL, new StageProgress(true, 999), LATER, 2));
    }

    @Test
    void a_step_waits_until_every_limit_is_kept() {
        Holding first = new Holding(1, START, 1);

        assertEquals(first, first.evaluated(RampPlan.USUAL, new StageProgress(false, 1000), LATER, 2));
    }

    @Test
    void after_the_last_step_the_ramp_is_finished() {
        Holding last = new Holding(5, START, 7);

        assertEquals(new Finished(last, LATER), last.evaluated(RampPlan.USUAL, CLEAR, LATER, 8));
    }

    @Test
    void the_last_step_needs_no_approval_because_nothing_follows() {
        Holding last = new Holding(5, START, 7);

        assertEquals(new Finished(last, LATER), last.evaluated(approving(), CLEAR, LATER, 8));
    }

    @Test
    void an_approval_that_the_evidence_contradicts_by_then_leads_nowhere() {
        AwaitingApproval awaiting = new AwaitingApproval(new Holding(1, START, 1), LATER);

        assertEquals(awaiting, awaiting.approve(approving(), new StageProgress(false, 5000), LATER, 2));
    }

    @Test
    void a_pause_does_not_count() {
        Holding first = new Holding(1, START, 1);

        Advancing resumed = first.pause("by ada", START.plusSeconds(600)).resume(START.plusSeconds(10_600));

        assertEquals(new Holding(1, START.plusSeconds(10_000), 1), resumed);
        assertEquals(Duration.ofMinutes(10), resumed.stage().held(START.plusSeconds(10_600)));
    }

    @Test
    void a_clock_that_is_behind_shortens_no_stage() {
        Holding first = new Holding(1, START, 1);

        assertEquals(Duration.ZERO, first.held(START.minusSeconds(5)));
        assertEquals(first, first.pause("by ada", START).resume(START.minusSeconds(5)));
    }

    @Test
    void requests_of_a_step_are_treatments_since_it_began_at_its_split() {
        Holding second = new Holding(2, START, 3);

        long samples = second.samples(
                List.of(
                        RolloutEvidence.split(1, 0.10, 500, 500),
                        RolloutEvidence.split(2, 0.05, 500, 500),
                        RolloutEvidence.split(3, 0.10, 90, 10),
                        // by hand, and back again
                        RolloutEvidence.split(4, 0.30, 70, 30),
                        RolloutEvidence.split(5, 0.10, 80, 20)),
                RampPlan.USUAL);

        assertEquals(30, samples);
    }

    @Test
    void requests_of_a_rehearsal_are_all() {
        ShadowStage shadow = new ShadowStage(START, 2);

        assertEquals(
                40,
                shadow.samples(
                        List.of(
                                RolloutEvidence.shadow(1, 100, 100),
                                RolloutEvidence.shadow(2, 40, 40),
                                RolloutEvidence.split(3, 0.05, 9, 1)),
                        withShadowStage()));
    }

    @Test
    void a_test_that_a_person_has_changed_is_not_as_its_stage_has_it() {
        Holding second = new Holding(2, START, 3);

        assertTrue(second.heldBy(RolloutEvidence.split(0.10), RampPlan.USUAL));
        assertFalse(second.heldBy(RolloutEvidence.split(0.11), RampPlan.USUAL));
        assertFalse(second.heldBy(RolloutEvidence.split(0.10).withMode(Mode.SHADOW), RampPlan.USUAL));
        assertFalse(second.heldBy(RolloutEvidence.split(0.10).withEnabled(false), RampPlan.USUAL));
    }

    private static RampPlan withShadowStage() {
        return with(ShadowStagePlan.atLeast(HOUR));
    }

    private static RampPlan with(ShadowStagePlan shadowStage) {
        RampPlan usual = RampPlan.USUAL;
        return new RampPlan(usual.steps(), usual.hold(), usual.minimumSamples(), usual.approval(), shadowStage);
    }

    private static RampPlan approving() {
        RampPlan usual = RampPlan.USUAL;
        return new RampPlan(usual.steps(), usual.hold(), usual.minimumSamples(), Approval.APPROVE, usual.shadowStage());
    }
}
