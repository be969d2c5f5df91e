package ai.ultrathink.understudy.trace;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.TraceRef;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The trace of a request that is not sampled. Where tracing is off there is no other. */
public enum NoTrace implements RequestTrace {
    NONE;

    @Override
    public @Nullable TraceRef ref() {
        return null;
    }

    @Override
    public <T> T step(Step step, Supplier<T> work) {
        return work.get();
    }

    @Override
    public void run(Step step, Runnable work) {
        work.run();
    }

    @Override
    public Uni<Outcome> called(Variant role, Uni<Outcome> call) {
        return call;
    }

    @Override
    public <T> Uni<T> database(Uni<T> call) {
        return call;
    }

    @Override
    public void name(String name) {}

    @Override
    public void note(String attribute, @Nullable String value) {}

    @Override
    public void end(int status) {}
}
