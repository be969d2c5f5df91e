package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;

/**
 * Version 1 of the sampling of pairs: which of a split's requests are put to both models. A pure function of test, request and
 * fraction, and so the same on every replica.
 *
 * <p>bucket = XXH3-64 (seed 0x7061697273, the bytes of "pairs") of utf8(test id), a zero byte, utf8(request id), unsigned, shifted
 * right by 32; a pair if and only if bucket &lt; floor(pairs × 2^32). The seed is another one than the assignment's, so which
 * variant a unit draws says nothing about its requests' being pairs, and a greater fraction only ever adds pairs.
 */
public final class Pairs {

    private static final IdHash HASH = new IdHash(0x7061697273L);

    private Pairs() {}

    /** Whether a request is put to both models; the same answer every time. A shadow pairs all and needs no sample. */
    public static boolean draw(Experiment experiment, String requestId) {
        long threshold = experiment.pairs().threshold();
        return threshold > 0 && bucket(experiment.testId(), requestId) < threshold;
    }

    /** The bucket of a request in a test, 0 to 2^32 - 1. */
    public static long bucket(String testId, String requestId) {
        return HASH.bucket(testId, requestId);
    }
}
