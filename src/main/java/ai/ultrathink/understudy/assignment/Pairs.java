package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;

/**
 * Version 1 of the sampling of pairs: decides for which of a split's requests both models are asked. A pure function of
 * experiment, request and fraction, so the same on every replica.
 *
 * <p>bucket = XXH3-64 (seed 0x7061697273, the bytes of "pairs") of utf8(experiment id), a zero byte, utf8(request id),
 * unsigned, shifted right by 32; a pair if and only if bucket &lt; floor(pairs × 2^32). The seed differs from the
 * assignment's, so pairs are independent of variants, and a larger fraction only adds pairs.
 */
public final class Pairs {

    private static final IdHash HASH = new IdHash(0x7061697273L);

    private Pairs() {}

    /**
     * Whether both models are asked for a request; always the same for one request. A shadow pairs all requests and
     * needs no sample.
     */
    public static boolean draw(Experiment experiment, String requestId) {
        long threshold = experiment.pairs().threshold();
        return threshold > 0 && bucket(experiment.testId(), requestId) < threshold;
    }

    /** The bucket of a request in an experiment, 0 to 2^32 - 1. */
    public static long bucket(String testId, String requestId) {
        return HASH.bucket(testId, requestId);
    }
}
