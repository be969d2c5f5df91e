package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Experiments;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What tests of treatment calls ask, and how they begin what is granted. */
final class Calls {

    static final Experiment EXPERIMENT = Experiments.split("t", 1, 1.0);

    private Calls() {}

    /** For a treatment that is loaded. */
    static TreatmentRequest request() {
        return request(new FakePredictor("bull_v2", 2));
    }

    static TreatmentRequest request(@Nullable FakePredictor treatment) {
        return TreatmentRequest.of(
                Exposures.of(EXPERIMENT, Group.TREATMENT, new FakePredictor("bull", 2), treatment, new ManualTime()));
    }

    /** Subscribes to the call, which must have been granted, and does not wait for its result. */
    static void begin(TreatmentCall.Access access) {
        granted(access).subscribe().with(result -> {}, failure -> {});
    }

    /** Subscribes to the call, which must have been granted. */
    static CompletableFuture<CallResult> start(TreatmentCall.Access access) {
        return granted(access).subscribeAsCompletionStage();
    }

    private static Uni<CallResult> granted(TreatmentCall.Access access) {
        if (access instanceof TreatmentCall.Granted granted) {
            return granted.call();
        }
        throw new AssertionError(access);
    }
}
