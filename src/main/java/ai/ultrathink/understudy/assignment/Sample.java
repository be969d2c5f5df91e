package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Split;

/**
 * A stable sample of an experiment's requests: whether a request belongs to it depends only on the two ids. The hash
 * has a seed of its own, so the sample is independent of variants.
 */
public final class Sample {

    // any number but Assignment's 0; these are the bytes of "sample"
    private static final IdHash HASH = new IdHash(0x73616d706c65L);

    private final long threshold;

    /** @param fraction the fraction of requests in the sample */
    public Sample(Split fraction) {
        this.threshold = fraction.threshold();
    }

    /** Whether a request is in the sample; always the same for one request. */
    public boolean includes(String testId, String requestId) {
        return threshold > 0 && HASH.bucket(testId, requestId) < threshold;
    }
}
