package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.hedge.RecentLatencies;
import io.smallrye.mutiny.Uni;

/** Notes how long the treatment takes, its wait in the queue included. */
final class TimedCall implements TreatmentCall {

    private final TreatmentCall delegate;
    private final RecentLatencies latencies;

    TimedCall(TreatmentCall delegate, RecentLatencies latencies) {
        this.delegate = delegate;
        this.latencies = latencies;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        String model = request.exposure().experiment().treatmentModel();
        return delegate.ask(request).with(call -> timed(model, call));
    }

    private Uni<CallResult> timed(String model, Uni<CallResult> call) {
        return Uni.createFrom().deferred(() -> {
            long start = latencies.now();
            return call.invoke(result -> latencies.add(model, start));
        });
    }
}
