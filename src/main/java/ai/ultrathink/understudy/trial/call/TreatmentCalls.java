package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.guard.Guards;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.trial.hedge.RecentLatencies;
import ai.ultrathink.understudy.trial.hedge.Timers;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.function.Function;

/** The ways to ask a treatment, put together from one concern each. Made at the start, which a wrong setting stops. */
@Startup
@ApplicationScoped
public class TreatmentCalls {

    private final TreatmentCall inBackground;
    private final TreatmentCall inPairs;
    private final TreatmentCall forCaller;

    @Inject
    TreatmentCalls(TreatmentGate gate, Guards guards, ControlCall control, HedgeConfig config, TimeSource time) {
        this(gate, guards::admit, control, config, time, Timers.onWorkerPool());
    }

    /**
     * From the inside out. Each call sees the results of those above it, and may keep requests from them.
     *
     * @param guard gives a permit for one call, or none while it is open
     */
    public TreatmentCalls(
            TreatmentGate gate,
            Function<Experiment, Optional<Permit>> guard,
            ControlCall control,
            HedgeConfig config,
            TimeSource time,
            Timers timers) {
        TreatmentCall call = new ModelCall();
        // next to the model, whose queue asks whether the request is still wanted
        call = new WithdrawableCall(call, gate);
        // around the withdrawal: only a result that is marked as withdrawn leaves the guard's opinion as it is
        call = new PermittedCall(call, guard);
        // before the permit: a disabled experiment takes none, and its row says "disabled" rather than "guard open"
        call = new GatedCall(call, gate);
        // around all that may break and inside what counts on a result; a broken call has cancelled its permit by now
        call = new NeverFailingCall(call);
        inBackground = call;
        inPairs = new PairedCall(call, gate);
        // for callers alone: calls in the background wait behind their work, and would make the treatment look slow
        RecentLatencies latencies = new RecentLatencies(time);
        call = new TimedCall(call, latencies);
        // this must come last: it starts its clock only for a call that is granted, needs an outcome and never an
        // exception to know that control must answer, and control's time is not the treatment's
        forCaller = new HedgedCall(call, control, latencies, fraction(config), timers);
    }

    private static double fraction(HedgeConfig config) {
        double fraction = config.hedgeFraction();
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException(
                    "understudy.trial.hedge-fraction: got " + fraction + "; allowed: a number from 0 to 1");
        }
        return fraction;
    }

    /** To compare: the caller's answer does not depend on it. */
    public TreatmentCall inBackground() {
        return inBackground;
    }

    /** The same, for a sample of control's requests in a split. */
    public TreatmentCall inPairs() {
        return inPairs;
    }

    /** To answer a caller: where the treatment fails, the result has control's outcome too. */
    public TreatmentCall forCaller() {
        return forCaller;
    }
}
