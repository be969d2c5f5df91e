package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import java.time.Instant;

/** Tests of bull_v2 against bull, as tests want them. */
public final class Experiments {

    private Experiments() {}

    public static Experiment shadow(String testId, long generation) {
        return test(testId, generation, Mode.SHADOW, 0.0);
    }

    public static Experiment split(String testId, long generation, double fraction) {
        return test(testId, generation, Mode.TRAFFIC_SPLIT, fraction);
    }

    private static Experiment test(String testId, long generation, Mode mode, double fraction) {
        return new Experiment(
                testId,
                "bull",
                "bull_v2",
                new Split(fraction),
                mode,
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
