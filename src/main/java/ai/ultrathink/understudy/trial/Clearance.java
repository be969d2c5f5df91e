package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;

/** Who may use the treatment of a test now. */
interface Clearance {

    /** Asked once for each request that would use the treatment. */
    Leave ask(Experiment test);

    /** Whether a request that was given leave still has it while it waits: no longer once its test is disabled. */
    boolean stands(Experiment test);
}
