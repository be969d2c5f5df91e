package ai.ultrathink.understudy.trial.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObservedSplitTest {

    private final ObservedSplit seen = new ObservedSplit();

    @Test
    void before_the_first_request_nothing_is_known() {
        assertEquals(Double.NaN, seen.fraction());
        assertEquals(Double.NaN, seen.configured());
    }

    @Test
    void it_is_the_fraction_of_requests_that_went_to_treatment() {
        for (int i = 0; i < 10; i++) {
            seen.count(test(1, 0.3), i < 3);
        }

        assertEquals(0.3, seen.fraction());
        assertEquals(0.3, seen.configured());
    }

    @Test
    void a_changed_test_is_counted_anew_and_late_requests_of_the_old_one_are_left_out() {
        seen.count(test(1, 0.3), true);
        seen.count(test(2, 0.5), false);
        seen.count(test(1, 0.3), true);

        assertEquals(0.0, seen.fraction());
        assertEquals(0.5, seen.configured());
    }

    private static Experiment test(long generation, double split) {
        return new Experiment(
                "t",
                "bull",
                "bull_v2",
                new Split(split),
                Mode.TRAFFIC_SPLIT,
                true,
                false,
                "",
                Instant.EPOCH,
                generation,
                null,
                null,
                Guardrails.USUAL);
    }
}
