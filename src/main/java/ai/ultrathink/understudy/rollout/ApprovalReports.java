package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.RecordedExperiment;
import io.smallrye.mutiny.Uni;

/** The report that an approver decides on. */
public interface ApprovalReports {

    /** The report on an experiment at this moment, as JSON. */
    Uni<String> json(RecordedExperiment experiment);
}
