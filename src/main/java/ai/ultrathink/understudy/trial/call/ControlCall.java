package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Asks control, which needs no permission. */
@ApplicationScoped
public class ControlCall {

    private static final Duration AT_LEAST = Duration.ofMillis(1);

    private final TreatmentGate gate;
    private final TimeSource time;

    public ControlCall(TreatmentGate gate, TimeSource time) {
        this.gate = gate;
        this.time = time;
    }

    /** For a caller: with the time that the request has left when control is asked. */
    public Uni<Outcome> ask(Exposure exposure) {
        return Uni.createFrom().deferred(() -> {
            if (exposure.assigned() == Group.CONTROL && gate.guardOpen(exposure.experiment())) {
                exposure.controlWatch().uncompared();
            }
            return exposure.request()
                    .trace()
                    .called(
                            Variant.CONTROL,
                            exposure.control()
                                    .predict(
                                            exposure.request().features(),
                                            Variant.CONTROL,
                                            left(exposure),
                                            exposure.controlWatch()));
        });
    }

    private Duration left(Exposure exposure) {
        Duration left = exposure.controlDeadline().minusNanos(time.nanoTime() - exposure.arrivedNanos());
        return left.compareTo(AT_LEAST) < 0 ? AT_LEAST : left;
    }

    /** To compare answers: behind all work for callers, with the treatment's deadline, and given up when the treatment would be. */
    public Uni<Outcome> askInBackground(Exposure exposure) {
        return exposure.request()
                .trace()
                .called(
                        Variant.CONTROL,
                        exposure.control()
                                .predict(
                                        exposure.request().features(),
                                        Variant.TREATMENT,
                                        exposure.treatmentDeadline(),
                                        () -> gate.withheld(exposure.experiment()) == null));
    }
}
