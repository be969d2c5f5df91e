package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictLogTest {

    private final List<String> lines = new ArrayList<>();
    private final VerdictLog log = new VerdictLog(lines::add);

    @Test
    void a_verdict_that_changes_is_a_line_with_its_reasons() {
        evaluated("t", Verdict.INSUFFICIENT_DATA, "no data");
        evaluated("t", Verdict.INSUFFICIENT_DATA, "still none");
        evaluated("t", Verdict.PROMOTE, "agreement is shown");
        evaluated("t", Verdict.PROMOTE, "still");

        assertEquals(List.of("the verdict on test t is promote, and was insufficient_data: agreement is shown"), lines);
    }

    @Test
    void each_test_has_its_own_and_one_that_is_not_evaluated_begins_again() {
        evaluated("t", Verdict.PROMOTE, "good");
        evaluated("other", Verdict.KEEP_RUNNING, "so so");
        log.forget("t");
        evaluated("t", Verdict.KEEP_RUNNING, "so so");

        assertEquals(List.of(), lines);
    }

    private void evaluated(String testId, Verdict verdict, String reason) {
        log.evaluated(testId, new Evaluation(verdict, List.of(reason), List.of()));
    }
}
