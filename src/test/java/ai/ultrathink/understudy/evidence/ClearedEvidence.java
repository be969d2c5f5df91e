package ai.ultrathink.understudy.evidence;

/** What is kept of a guardrail after a person has cleared its breach, as the database writes it. */
public final class ClearedEvidence {

    private ClearedEvidence() {}

    public static KeptEvidence of(KeptEvidence breached) {
        return new KeptEvidence(
                breached.metric(),
                breached.controlDigest(),
                breached.treatmentDigest(),
                breached.limit(),
                breached.alpha(),
                breached.logE(),
                Math.max(breached.logE(), 0),
                null,
                false);
    }
}
