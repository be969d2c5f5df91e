package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes a permit from the experiment's guard and tells it what the treatment did. A call that was withdrawn, abandoned or broken
 * says nothing about the treatment: its permit is cancelled.
 */
final class PermittedCall implements TreatmentCall {

    private final TreatmentCall delegate;
    private final Function<Experiment, Optional<Permit>> guard;

    /** @param guard gives a permit, or none while it is open */
    PermittedCall(TreatmentCall delegate, Function<Experiment, Optional<Permit>> guard) {
        this.delegate = delegate;
        this.guard = guard;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        // the permit last, when there is a call that will end it
        return switch (delegate.ask(request)) {
            case Withheld withheld -> withheld;
            case Granted granted ->
                guard.apply(request.exposure().experiment())
                        .<Access>map(permit -> new Granted(ending(permit, granted.call())))
                        .orElseGet(() -> new Withheld(Fallback.GUARD_OPEN));
        };
    }

    private static Uni<CallResult> ending(Permit permit, Uni<CallResult> call) {
        return call.invoke(result -> end(permit, result))
                .onFailure()
                .invoke(permit::cancel)
                .onCancellation()
                .invoke(permit::cancel);
    }

    private static void end(Permit permit, CallResult result) {
        if (result.withdrawn() == null) {
            permit.conclude(result.outcome());
        } else {
            permit.cancel();
        }
    }
}
