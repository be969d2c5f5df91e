package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.trial.exposure.Exposures.TREATMENT_DEADLINE;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trace.Exemplars;
import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.call.FakeGate;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Experiments;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import ai.ultrathink.understudy.trial.metrics.FailureLog;
import ai.ultrathink.understudy.trial.metrics.TrialMetrics;
import ai.ultrathink.understudy.trial.tally.FakeTallyStore;
import ai.ultrathink.understudy.trial.tally.Tallies;
import com.fasterxml.uuid.Generators;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoiseFloorTest {

    private static final Experiment TEST = Experiments.shadow("t", 1);
    private static final Outcome.Answered FLIPPED =
            new Outcome.Answered(new Answer(0.2f, 0.7f, 0.1f), HOLD.model(), HOLD.version(), 100_000);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeTallyStore database = new FakeTallyStore();
    private final Tallies tallies =
            new Tallies(database::store, Duration.ofHours(1), Generators.timeBasedEpochGenerator(), meters);
    private final Admission admission = new Admission(new QuickTrial(), meters);
    private final TrialMetrics metrics =
            new TrialMetrics(meters, new FailureLog(time, line -> {}), new Exemplars(true, time));
    private final NoiseFloor noise =
            new NoiseFloor(new QuickTrial(), admission, new ControlCall(new FakeGate(), time), tallies, metrics);
    private final FakePredictor control = new FakePredictor("bull", 2);

    @BeforeEach
    void a_request_came() {
        metrics.served(exposure(), ServingResult.done(Group.SHADOW, HOLD, BUY, null));
    }

    @Test
    void a_control_that_says_the_same_again_agrees_with_itself() {
        measure(HOLD, BUY);
        control.answer(HOLD);

        assertEquals(new Noise(1, 1), measured());
        assertEquals(
                1,
                meters.counter("understudy.noise", "test", "t", "match", "true").count());
    }

    @Test
    void a_control_that_flips_is_seen() {
        for (int i = 0; i < 10; i++) {
            measure(HOLD, BUY);
            control.answer(i < 3 ? FLIPPED : HOLD);
        }

        assertEquals(new Noise(10, 7), measured());
        assertEquals(
                3,
                meters.counter("understudy.noise", "test", "t", "match", "false")
                        .count());
    }

    @Test
    void control_is_asked_again_with_no_more_weight_than_the_treatment() {
        measure(HOLD, BUY);

        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, TREATMENT_DEADLINE)), control.asked());
    }

    @Test
    void a_treatment_that_failed_leaves_control_to_be_compared_with_itself() {
        measure(HOLD, new Outcome.Failed("boom"));
        control.answer(HOLD);

        assertEquals(new Noise(1, 1), measured());
    }

    @Test
    void a_second_turn_that_brings_no_answer_is_no_pair() {
        measure(HOLD, BUY);
        control.answer(new Outcome.TimedOut(200));

        assertEquals(Optional.empty(), tallies.of(TEST).unstored());
    }

    @Test
    void a_model_that_was_reloaded_in_between_is_not_compared_with_the_one_before() {
        measure(HOLD, BUY);
        control.answer(new Outcome.Answered(HOLD.answer(), HOLD.model(), "2", 100_000));

        assertEquals(Optional.empty(), tallies.of(TEST).unstored());
    }

    @Test
    void where_the_shadow_was_shed_control_is_not_asked_again() {
        measure(HOLD, new Outcome.Rejected("full"));

        assertEquals(List.of(), control.asked());
    }

    @Test
    void where_control_failed_it_is_not_asked_again() {
        measure(new Outcome.Failed("boom"), BUY);

        assertEquals(List.of(), control.asked());
    }

    @Test
    void where_there_is_no_room_for_shadows_control_is_not_asked_again() {
        admission.enter();
        admission.enter();

        measure(HOLD, BUY);

        assertEquals(List.of(), control.asked());
    }

    private Noise measured() {
        return tallies.of(TEST).unstored().orElseThrow().noise();
    }

    private void measure(Outcome ofControl, Outcome ofTreatment) {
        CallResult second = CallResult.of(ofTreatment);
        BackgroundCall call =
                new BackgroundCall(Variant.TREATMENT, Uni.createFrom().item(second));
        noise.completed(exposure(), ServingResult.shadowed(ofControl, call), Variant.TREATMENT, second);
    }

    private Exposure exposure() {
        return Exposures.of(TEST, Group.SHADOW, control, null, time);
    }
}
