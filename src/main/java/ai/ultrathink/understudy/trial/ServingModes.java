package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.call.TreatmentCalls;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Serves each request in its experiment's mode. */
@ApplicationScoped
class ServingModes implements ServingMode {

    private final ServingMode shadow;
    private final ServingMode split;

    ServingModes(ControlCall control, TreatmentCalls treatment, Admission admission) {
        this.shadow = new Shadow(control, treatment.inBackground(), admission);
        this.split = new TrafficSplit(control, treatment.forCaller(), treatment.inPairs(), admission);
    }

    @Override
    public Uni<ServingResult> run(Exposure exposure) {
        return (exposure.experiment().shadow() ? shadow : split).run(exposure);
    }
}
