package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.util.List;

/** Evidence of decisions that were stored by earlier versions of the evaluator, as the present one reads it. */
final class EarlierEvidence {

    /** The last version whose latencies were counted in buckets of 2%. */
    private static final int WIDE_BUCKETS = 2;

    private EarlierEvidence() {}

    /** The decision, with its latencies in the buckets of now. */
    static DecisionRecord inBucketsOfNow(DecisionRecord stored) {
        if (stored.statisticsVersion() > WIDE_BUCKETS) {
            return stored;
        }
        EvaluationInput input = stored.input();
        return new DecisionRecord(
                stored.statisticsVersion(),
                new EvaluationInput(
                        input.testId(),
                        input.generation(),
                        input.mode(),
                        input.guardrails(),
                        input.evidence().stream()
                                .map(EarlierEvidence::inBucketsOfNow)
                                .toList()),
                stored.evaluation());
    }

    private static GenerationEvidence inBucketsOfNow(GenerationEvidence evidence) {
        return evidence.withLatencies(inBucketsOfNow(evidence.latencies()), inBucketsOfNow(evidence.pairedLatencies()));
    }

    private static List<LatencyCount> inBucketsOfNow(List<LatencyCount> latencies) {
        return latencies.stream()
                .map(each -> new LatencyCount(each.arm(), LogHistogram.ofWideBucket(each.bucket()), each.count()))
                .toList();
    }
}
