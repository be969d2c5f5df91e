package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentTest {

    private static final Experiment TEST = experiment(Mode.TRAFFIC_SPLIT, true, false);

    @Test
    void a_test_runs_while_it_is_enabled_and_not_in_mode_disabled() {
        assertTrue(experiment(Mode.TRAFFIC_SPLIT, true, false).running());
        assertTrue(experiment(Mode.SHADOW, true, true).running());
        assertFalse(experiment(Mode.SHADOW, false, false).running());
        assertFalse(experiment(Mode.DISABLED, true, false).running());
    }

    @Test
    void an_explicit_or_disabled_test_does_not_apply_to_requests_that_name_none() {
        assertTrue(experiment(Mode.SHADOW, true, false).appliesUnnamed());
        assertFalse(experiment(Mode.SHADOW, true, true).appliesUnnamed());
        assertFalse(experiment(Mode.SHADOW, false, false).appliesUnnamed());
    }

    @Test
    void each_change_changes_one_thing() {
        assertEquals(TEST, TEST.withSplit(new Split(0.9)).withSplit(TEST.split()));
        assertEquals(0.9, TEST.withSplit(new Split(0.9)).split().fraction());
        assertEquals(TEST, TEST.withEnabled(false).withEnabled(true));
        assertFalse(TEST.withEnabled(false).enabled());
        assertEquals(TEST, TEST.withGeneration(8).withGeneration(TEST.generation()));
        assertEquals(8, TEST.withGeneration(8).generation());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void a_mode_is_found_by_the_name_it_writes(Mode mode) {
        assertEquals(mode, Mode.of(mode.wireName()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SHADOW", "Shadow", " shadow", "canary"})
    void any_other_name_of_a_mode_is_refused_with_the_names_that_are_allowed(String name) {
        InvalidValueException refused = assertThrows(InvalidValueException.class, () -> Mode.of(name));

        assertEquals(
                "mode: got \"" + name + "\"; allowed: one of traffic_split, shadow, disabled", refused.getMessage());
    }

    @Test
    void names_on_the_wire_are_those_of_the_contract() {
        assertEquals("traffic_split", Mode.TRAFFIC_SPLIT.wireName());
        assertEquals("control", Group.of(Variant.CONTROL).wireName());
        assertEquals("treatment", Group.of(Variant.TREATMENT).wireName());
        assertEquals("shadow", Group.SHADOW.wireName());
        assertEquals("control", Variant.CONTROL.wireName());
        assertEquals("treatment", Variant.TREATMENT.wireName());
    }

    private static Experiment experiment(Mode mode, boolean enabled, boolean explicit) {
        return new Experiment(
                "bull_v2_canary",
                "bull_specialist",
                "bull_specialist_v2",
                new Split(0.05),
                mode,
                enabled,
                explicit,
                "",
                Instant.EPOCH,
                3,
                Duration.ofMillis(100),
                null,
                Guardrails.USUAL);
    }
}
