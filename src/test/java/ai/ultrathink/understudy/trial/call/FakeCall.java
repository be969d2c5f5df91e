package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.trial.exposure.CallResult;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that ends when a test says so, and remembers how it was asked. */
final class FakeCall implements TreatmentCall {

    private final List<TreatmentRequest> asked = new ArrayList<>();
    private final List<UniEmitter<? super CallResult>> running = new ArrayList<>();
    private @Nullable Withheld withheld;
    private @Nullable RuntimeException bug;
    private int abandoned;

    /** Grants no call from now on. */
    void withhold(Withheld answer) {
        withheld = answer;
    }

    /** Throws instead of an answer from now on. */
    void breakWith(RuntimeException exception) {
        bug = exception;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        asked.add(request);
        if (bug != null) {
            throw bug;
        }
        return withheld != null
                ? withheld
                : new Granted(Uni.createFrom().emitter(emitter -> {
                    running.add(emitter);
                    emitter.onTermination(() -> abandoned += running.remove(emitter) ? 1 : 0);
                }));
    }

    /** Ends the call that has run longest. */
    void end(CallResult result) {
        running.removeFirst().complete(result);
    }

    /** Ends it with an exception, which a call never should. */
    void fail(Throwable failure) {
        running.removeFirst().fail(failure);
    }

    List<TreatmentRequest> asked() {
        return asked;
    }

    /** How many calls were subscribed to and have not ended. */
    int running() {
        return running.size();
    }

    /** How many calls were given up before they ended by themselves. */
    int abandoned() {
        return abandoned;
    }
}
