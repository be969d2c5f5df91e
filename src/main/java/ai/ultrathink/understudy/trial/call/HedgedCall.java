package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.hedge.Hedge;
import ai.ultrathink.understudy.trial.hedge.RecentLatencies;
import ai.ultrathink.understudy.trial.hedge.Timers;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Has control's outcome ready where the treatment fails. Control is asked as well once the treatment takes longer than 95 of 100 of
 * its recent answers took, and never later than after a fraction of its deadline. So a sound treatment costs control one request in
 * twenty, and a hanging one leaves control the rest of the time.
 */
final class HedgedCall implements TreatmentCall {

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

    private final TreatmentCall delegate;
    private final ControlCall control;
    private final RecentLatencies latencies;
    private final double fraction;
    private final Timers timers;

    HedgedCall(TreatmentCall delegate, ControlCall control, RecentLatencies latencies, double fraction, Timers timers) {
        this.delegate = delegate;
        this.control = control;
        this.latencies = latencies;
        this.fraction = fraction;
        this.timers = timers;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        return delegate.ask(request).with(call -> hedged(request.exposure(), request.deadline(), call));
    }

    private Uni<CallResult> hedged(Exposure exposure, Duration deadline, Uni<CallResult> call) {
        return Uni.createFrom().deferred(() -> {
            Duration delay = delay(exposure.experiment().treatmentModel(), deadline);
            Hedge hedge = new Hedge(control.ask(exposure), delay, timers);
            return call.chain(result -> withControl(hedge, result))
                    .onTermination()
                    .invoke(hedge::end);
        });
    }

    private static Uni<CallResult> withControl(Hedge hedge, CallResult result) {
        return switch (result.outcome()) {
            case Outcome.Answered answered -> Uni.createFrom().item(result);
            case Outcome.Failure failure -> hedge.needed().map(result::with);
        };
    }

    private Duration delay(String treatment, Duration deadline) {
        Duration most = Duration.ofNanos((long) (deadline.toNanos() * fraction));
        Duration usual = latencies.usual(treatment).orElse(most);
        Duration wanted = usual.compareTo(SHORTEST_DELAY) < 0 ? SHORTEST_DELAY : usual;
        return wanted.compareTo(most) < 0 ? wanted : most;
    }
}
