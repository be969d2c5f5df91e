package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;

/**
 * Progress of a stage.
 *
 * @param clear whether no limit is crossed and the evidence shows that each required limit is kept
 * @param samples requests that treatment got in the stage
 */
record StageProgress(boolean clear, long samples) {

    static StageProgress of(Evaluation evaluation, long samples) {
        return new StageProgress(evaluation.verdict() == Verdict.PROMOTE, samples);
    }
}
