package ai.ultrathink.understudy.change;

import java.util.Locale;

/**
 * What the audit trail says was done. The API's description and docs/database.md have their lists from here. A trail may also
 * have actions of a newer release, so what is read from it stays text.
 */
public enum AuditAction {
    CREATED("the experiment was created"),
    IMPORTED("its results were taken over from the Python framework"),
    SPLIT_UPDATED("its split was changed by hand"),
    GUARDRAILS_UPDATED("its guardrails were changed"),
    OUTCOME_UPDATED("its outcome plan was changed"),
    SYMBOLS_UPDATED("the symbols that it is for were changed"),
    ENABLED("it was enabled"),
    DISABLED("it was disabled by hand"),
    DELETED("it was deleted; its results and events are kept"),
    PROMOTED("the treatment answers for the control model's name from now on"),
    PROMOTION_OVERRIDDEN("the promotion that follows was made against the verdict, for the reason given"),
    PROMOTION_REVERTED("the promotion was taken back"),
    APPROVAL_REQUESTED("a person asked for a change that another has to approve"),
    APPROVAL_GRANTED("another person approved it, and the change that follows was made"),
    APPROVAL_REJECTED("another person rejected it, for the reason given"),
    APPROVAL_STALE("something has changed since it was asked for, so it can no longer be approved"),
    APPROVAL_EXPIRED("its time was over before a decision"),
    MODEL_CHANGED("a reload or a promotion changed one of its models or both"),
    GUARD_OPENED("the guard of a replica opened, and control answers there"),
    GUARD_CLOSED("the guard closed again"),
    TREATMENT_OUT_OF_USE("a replica no longer runs this version of the treatment, which ended its worker too often"),
    FENCE_LIFTED("a replica hears the database again, after control had answered for every experiment there"),
    GUARDRAIL_BREACHED("a guardrail with the action `alert` was breached, or one by the callers' own doing"),
    GUARDRAIL_CLEARED("a person cleared the breach of a guardrail, which was in the way of a promotion"),
    ROLLED_BACK("the service disabled it: a guardrail was breached, or one of its models changed"),
    RAMP_STARTED("a ramp began"),
    RAMP_STEP("the ramp went on to its next step"),
    RAMP_AWAITING_APPROVAL("a stage of the ramp is over, and the next one awaits approval"),
    RAMP_APPROVED("a person approved the next step"),
    RAMP_PAUSED("the ramp was paused"),
    RAMP_RESUMED("the ramp was resumed"),
    RAMP_ABORTED("the ramp was aborted"),
    RAMP_CLOCK_SET("a stage had begun by a clock that was ahead; its time counts from now on"),
    RAMP_FINISHED("the last step of the ramp is over; the split stays");

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final String meaning;

    AuditAction(String meaning) {
        this.meaning = meaning;
    }

    /** The name in JSON, in the database and in the log. */
    public String wireName() {
        return wireName;
    }

    /** What happened to the experiment, as a clause without a full stop. */
    public String meaning() {
        return meaning;
    }
}
