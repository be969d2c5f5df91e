package ai.ultrathink.understudy.experiment;

/** Limit on the experiments that have meters of their own, which bounds the size of a scrape. */
public final class MeteredExperiments {

    /** Experiments at a time. */
    public static final int MOST = 500;

    private MeteredExperiments() {}
}
