package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import io.smallrye.mutiny.Uni;
import java.util.function.UnaryOperator;

/** A way to ask the treatment: the model itself, or one concern around another such call. */
public interface TreatmentCall {

    /** Decides at once whether the treatment may be asked. It is not asked before the granted call is subscribed to. */
    Access ask(TreatmentRequest request);

    /** Whether a request may use the treatment. */
    sealed interface Access {

        /** The same access, with something added to the call where one is granted. */
        default Access with(UnaryOperator<Uni<CallResult>> concern) {
            return switch (this) {
                case Granted granted -> new Granted(concern.apply(granted.call()));
                case Withheld withheld -> withheld;
            };
        }
    }

    /**
     * It may.
     *
     * @param call asks when it is subscribed to, which must be done once, so that what was taken for the call is given back
     */
    record Granted(Uni<CallResult> call) implements Access {}

    /** It may not; control answers. */
    record Withheld(Fallback why) implements Access {}
}
