package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;

/** What answers predictions and is measured: this service or the peer. */
interface Contender {

    String CONTROL = "bull_specialist";
    String TREATMENT = "bull_specialist_v2";
    double SPLIT = 0.2;

    /** What becomes of a request for {@link #CONTROL}. */
    enum Mode {
        NO_TEST,
        SPLIT,
        SHADOW
    }

    String name();

    ServiceProcess process();

    /** Answers in a mode from now on. */
    void use(Mode mode) throws IOException, InterruptedException;

    /**
     * Waits until what was observed so far is in the database, or for as long as one may.
     *
     * @param atLeast rows of the mode in use that there must be
     */
    void drain(long atLeast) throws IOException, InterruptedException;

    /** The rows of a mode's test in the database. */
    long rows(Mode mode);
}
