package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;

/** Tests of bull against bull_v2. */
final class GuardedExperiments {

    private static final Experiment SPLIT = split("canary");

    private GuardedExperiments() {}

    static Experiment split() {
        return SPLIT;
    }

    static Experiment split(String testId) {
        return new Experiment(
                testId,
                "bull",
                "bull_v2",
                new Split(0.5),
                Mode.TRAFFIC_SPLIT,
                true,
                false,
                "",
                ManualTime.START,
                3,
                null,
                null,
                Guardrails.USUAL);
    }
}
