package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.ApprovalRecord;

/** What came of an attempt to approve or reject. */
public sealed interface ApprovalDecision {

    /** It is approved and the change is made, or it is rejected. */
    record Made(ApprovalRecord approval) implements ApprovalDecision {}

    /** There is no such approval. */
    record Unknown() implements ApprovalDecision {}

    /** This person may not decide about it. */
    record Forbidden(String why) implements ApprovalDecision {}

    /** It is not pending any more, or what was asked for cannot be done now. */
    record Refused(String why) implements ApprovalDecision {}
}
