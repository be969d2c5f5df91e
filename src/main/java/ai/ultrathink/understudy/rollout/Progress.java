package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Judgement;
import ai.ultrathink.understudy.analysis.Verdict;

/**
 * What a stage has come to.
 *
 * @param clear no limit is crossed, and each that has to be kept is shown to be kept
 * @param samples requests that treatment got in the stage
 */
record Progress(boolean clear, long samples) {

    static Progress of(Judgement judgement, long samples) {
        return new Progress(judgement.verdict() == Verdict.PROMOTE, samples);
    }
}
