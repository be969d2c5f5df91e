package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;

/**
 * What a stage has come to.
 *
 * @param clear no limit is crossed, and each that has to be kept is shown to be kept
 * @param samples requests that treatment got in the stage
 */
record StageProgress(boolean clear, long samples) {

    static StageProgress of(Evaluation evaluation, long samples) {
        return new StageProgress(evaluation.verdict() == Verdict.PROMOTE, samples);
    }
}
