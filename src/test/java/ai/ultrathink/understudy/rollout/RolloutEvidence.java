package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Arm;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Batches;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Failures;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Groups;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Units;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums.Pairs;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;

/** Tests, and what they have shown: models that are alike in all but what a test asks for. */
final class RolloutEvidence {

    static final String TEST = "canary";

    private static final double CONFIDENCE = 0.6;
    private static final double LATENCY_MILLIS = 1;
    private static final int BUCKET_OF_ONE_MILLISECOND = 0;

    private RolloutEvidence() {}

    static Experiment split(double fraction) {
        return experiment(Mode.TRAFFIC_SPLIT, fraction);
    }

    static Experiment shadow() {
        return experiment(Mode.SHADOW, 0.05);
    }

    private static Experiment experiment(Mode mode, double fraction) {
        return new Experiment(
                TEST,
                "bull",
                "bull_v2",
                new Split(fraction),
                mode,
                true,
                false,
                "",
                ManualTime.START,
                1,
                null,
                null,
                Guardrails.USUAL);
    }

    /** A generation in shadow in which so many pairs agreed. */
    static GenerationEvidence shadow(long generation, long pairs, long agreeing) {
        return new GenerationEvidence(
                generation,
                null,
                new Groups(0, 0, pairs),
                new Groups(0, 0, pairs),
                new Units(0, 0),
                new Failures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                arm(pairs),
                arm(pairs),
                new Pairs(pairs, agreeing, 0, pairs * 1e-4, 0, pairs * 1e-2),
                new Noise(0, 0),
                List.of(latency(Variant.CONTROL, pairs), latency(Variant.TREATMENT, pairs)));
    }

    /** A generation that split the traffic, every request a unit of its own, in which all pairs agreed. */
    static GenerationEvidence split(long generation, double configured, long control, long treatment) {
        return split(generation, configured, control, treatment, 0);
    }

    /** As {@link #split(long, double, long, long)}, but treatment failed some. */
    static GenerationEvidence split(long generation, double configured, long control, long treatment, long failed) {
        // a tenth of the requests
        long pairs = (control + treatment) / 10;
        return new GenerationEvidence(
                generation,
                configured,
                new Groups(control, treatment, 0),
                new Groups(control, treatment, 0),
                new Units(control, treatment),
                new Failures(0, failed, 0, 0, 0, failed, 0, 0, 0, 0),
                arm(control),
                arm(treatment - failed),
                new Pairs(pairs, pairs, 0, pairs * 1e-4, 0, pairs * 1e-2),
                new Noise(0, 0),
                List.of(latency(Variant.CONTROL, control), latency(Variant.TREATMENT, treatment - failed)));
    }

    private static Arm arm(long answers) {
        return new Arm(
                answers,
                answers * CONFIDENCE,
                answers * (CONFIDENCE * CONFIDENCE + 1e-2),
                answers * LATENCY_MILLIS,
                answers * LATENCY_MILLIS * LATENCY_MILLIS,
                new Batches(0, 0, 0));
    }

    private static LatencyCount latency(Variant arm, long answers) {
        return new LatencyCount(arm, BUCKET_OF_ONE_MILLISECOND, answers);
    }
}
