package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Split;

/**
 * A stable fraction of a test's requests: whether a request belongs to it depends on the two ids alone. The hash has a salt of
 * its own, so which variant a unit draws says nothing about its requests' being in the sample.
 */
public final class Sample {

    // any number but Assignment's 0; these are the bytes of "sample"
    private static final IdHash HASH = new IdHash(0x73616d706c65L);

    private final long threshold;

    /** @param fraction of the requests that are in the sample */
    public Sample(Split fraction) {
        this.threshold = fraction.threshold();
    }

    /** Whether a request is in the sample; the same answer every time. */
    public boolean includes(String testId, String requestId) {
        return threshold > 0 && HASH.bucket(testId, requestId) < threshold;
    }
}
