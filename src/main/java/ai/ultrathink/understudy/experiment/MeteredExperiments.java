package ai.ultrathink.understudy.experiment;

/** How many tests have meters of their own, of each kind, so that what is scraped has a bound. */
public final class MeteredExperiments {

    /** Tests at a time. */
    public static final int MOST = 500;

    private MeteredExperiments() {}
}
