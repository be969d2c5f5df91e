package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.inference.CallWatch;
import ai.ultrathink.understudy.outcome.Timing;
import java.time.Duration;

/**
 * Finds out whether control answers within the time that the treatment has, so that the evidence holds both models to one
 * standard. The caller gets control's answer in either case.
 */
public final class ControlWatch implements CallWatch {

    private final long lateAfterNanos;
    private volatile Timing timing = Timing.IN_TIME;

    /** @param treatmentDeadline from when control is asked */
    public ControlWatch(Duration treatmentDeadline) {
        this.lateAfterNanos = treatmentDeadline.toNanos();
    }

    @Override
    public boolean wanted() {
        return true;
    }

    @Override
    public long lateAfterNanos() {
        return lateAfterNanos;
    }

    @Override
    public void late(Timing cause) {
        if (timing == Timing.IN_TIME) {
            timing = cause;
        }
    }

    /** The treatment's guard is open: when both models are slow, it is not the only one that this would show in. */
    public void uncompared() {
        timing = Timing.UNCOMPARED;
    }

    /** Final once control has an outcome. */
    public Timing timing() {
        return timing;
    }
}
