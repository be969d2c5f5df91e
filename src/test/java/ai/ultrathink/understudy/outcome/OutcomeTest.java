package ai.ultrathink.understudy.outcome;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final Outcome.Answered CONTROL =
            new Outcome.Answered(new Answer(0.6f, 0.3f, 0.1f), "bull", "1", 500_000);
    private static final Outcome.Answered TREATMENT =
            new Outcome.Answered(new Answer(0.1f, 0.8f, 0.1f), "bull_v2", "2", 2_000_000);

    @Test
    void a_comparison_is_treatment_minus_control() {
        Comparison comparison = Comparison.of(CONTROL, TREATMENT);

        assertFalse(comparison.actionsMatch());
        assertEquals((double) 0.8f - 0.6f, comparison.confidenceDelta());
        assertEquals(1.5, comparison.latencyDeltaMillis());
    }

    @Test
    void models_agree_when_they_choose_the_same_action_however_confident() {
        Outcome.Answered surer = new Outcome.Answered(new Answer(0.9f, 0.05f, 0.05f), "bull_v2", "2", 1);

        assertTrue(Comparison.of(CONTROL, surer).actionsMatch());
    }

    @Test
    void an_observation_compares_only_what_both_answered() {
        assertEquals(
                Optional.of(Comparison.of(CONTROL, TREATMENT)),
                observation(CONTROL, TREATMENT).comparison());
        assertEquals(Optional.empty(), observation(CONTROL, null).comparison());
        assertEquals(Optional.empty(), observation(null, TREATMENT).comparison());
        assertEquals(
                Optional.empty(),
                observation(CONTROL, new Outcome.TimedOut(200)).comparison());
        assertEquals(
                Optional.empty(),
                observation(new Outcome.Failed("x"), TREATMENT).comparison());
    }

    @Test
    void each_failure_has_a_code_and_gives_a_reason_to_fall_back() {
        assertEquals("timeout", new Outcome.TimedOut(200).code());
        assertEquals("no answer within 200 ms", new Outcome.TimedOut(200).detail());
        assertEquals("queued", new Outcome.Queued(200).code());
        assertEquals("rejected", new Outcome.Rejected("full").code());
        assertEquals("error", new Outcome.Failed("boom").code());
        assertEquals("invalid", new Outcome.Invalid("NaN").code());

        assertEquals(Fallback.TREATMENT_TIMEOUT, Fallback.of(new Outcome.TimedOut(200)));
        assertEquals(Fallback.TREATMENT_TIMEOUT, Fallback.of(new Outcome.Queued(200)));
        assertEquals(Fallback.TREATMENT_REJECTED, Fallback.of(new Outcome.Rejected("full")));
        assertEquals(Fallback.TREATMENT_ERROR, Fallback.of(new Outcome.Failed("boom")));
        assertEquals(Fallback.TREATMENT_ERROR, Fallback.of(new Outcome.Invalid("NaN")));
    }

    @Test
    void fallbacks_have_the_names_of_the_contract() {
        assertEquals(
                List.of(
                        "treatment_error",
                        "treatment_timeout",
                        "treatment_rejected",
                        "guard_open",
                        "test_disabled",
                        "fenced"),
                Arrays.stream(Fallback.values()).map(Fallback::wireName).toList());
    }

    @Test
    void callers_are_told_one_of_five_reasons() {
        assertEquals(
                Set.of("treatment_error", "treatment_timeout", "treatment_rejected", "guard_open", "test_disabled"),
                Arrays.stream(Fallback.values()).map(Fallback::toldAs).collect(Collectors.toSet()));
        assertEquals("guard_open", Fallback.FENCED.toldAs());
    }

    private static Observation observation(@Nullable Outcome control, @Nullable Outcome treatment) {
        return new Observation(
                new UUID(0, 1),
                Instant.EPOCH,
                "test",
                1,
                "r-1",
                "u-1",
                "SPX",
                Group.SHADOW,
                Variant.CONTROL,
                null,
                null,
                control,
                treatment);
    }
}
