package ai.ultrathink.understudy.guard;

/**
 * The treatment may not be used.
 *
 * @param reason why, in words
 * @param held whether the treatment's probe fails, which keeps the guard open for as long as that is so
 * @param sinceNanos when the guard was last closed
 * @param pauseNanos how long it stays open
 * @param untilNanos when that is over
 */
record Open(GuardRules rules, long term, String reason, boolean held, long sinceNanos, long pauseNanos, long untilNanos)
        implements GuardState {

    @Override
    public GuardStatus status() {
        return new GuardStatus(GuardStatus.State.OPEN, reason);
    }

    /** Half-open when the pause is over and no probe forbids it, else unchanged. */
    GuardState elapsed(long nowNanos) {
        return held || nowNanos - untilNanos < 0 ? this : HalfOpen.after(this);
    }

    @Override
    public Open held(String why, long nowNanos) {
        return held && reason.equals(why) ? this : new Open(rules, term, why, true, sinceNanos, pauseNanos, untilNanos);
    }

    /** The treatment's probe passes. */
    Open released() {
        return held ? new Open(rules, term, reason, false, sinceNanos, pauseNanos, untilNanos) : this;
    }
}
