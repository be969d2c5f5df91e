package ai.ultrathink.understudy.trial.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private static final ModelVersion BULL = new ModelVersion("bull", "1", "0123456789abcdef");

    private final ManualTime time = new ManualTime();
    private final List<String> lines = new ArrayList<>();
    private final FailureLog log = new FailureLog(time, lines::add);

    @Test
    void the_first_failure_of_a_kind_is_said_at_once_with_the_version_and_the_words() {
        log.note("t", "r-1", BULL, new Outcome.Failed("boom\nat line 3"));
        log.note("t", "r-1", BULL, new Outcome.TimedOut(200));

        assertEquals(
                List.of(
                        "model bull@1#0123456789ab gave test t no answer (error): boom at line 3",
                        "model bull@1#0123456789ab gave test t no answer (timeout): no answer within 200 ms"),
                lines);
    }

    @Test
    void the_others_are_counted_and_said_with_the_next_line() {
        for (int i = 0; i < 100; i++) {
            log.note("t", "r-1", BULL, new Outcome.Failed("boom " + i));
        }
        assertEquals(1, lines.size());

        time.advance(Duration.ofSeconds(10));
        log.note("t", "r-1", BULL, new Outcome.Failed("boom again"));

        assertEquals(
                "model bull@1#0123456789ab gave test t no answer (error): boom again; 99 more of this kind since the last"
                        + " such line",
                lines.getLast());
    }

    @Test
    void a_line_says_of_which_test_and_request_it_is() {
        List<String> fields = new ArrayList<>();
        FailureLog telling = new FailureLog(
                time, line -> fields.add(LogFields.kept(LogFields.TEST) + " " + LogFields.kept(LogFields.REQUEST)));

        telling.note("t", "r-1", BULL, new Outcome.Failed("boom"));

        assertEquals(List.of("t r-1"), fields);
        assertNull(LogFields.kept(LogFields.REQUEST));
    }

    @Test
    void an_answer_or_a_model_that_did_not_run_is_no_failure() {
        log.note("t", "r-1", BULL, null);
        log.note("t", "r-1", BULL, FakePredictor.HOLD);

        assertEquals(List.of(), lines);
    }
}
