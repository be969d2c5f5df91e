package ai.ultrathink.understudy.trace;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.TraceRef;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The trace of one request. Telling it something never fails and never waits. */
public sealed interface RequestTrace permits NoTrace, RecordedTrace {

    /** Where the trace can be found again, or null if the request is not sampled. */
    @Nullable TraceRef ref();

    /** Does a part of the work, which becomes a span. */
    <T> T step(Step step, Supplier<T> work);

    /** Does a part of the work that has no result. */
    void run(Step step, Runnable work);

    /**
     * The call of a model, which becomes two spans: how long it waited, and how long the pass took. A failure becomes one, with what
     * the model threw.
     */
    Uni<Outcome> called(Variant role, Uni<Outcome> call);

    /** A call of the database on behalf of the request. */
    <T> Uni<T> database(Uni<T> call);

    /** Gives the span of the request a name, which has no ids in it. */
    void name(String name);

    /** Notes something about the request as a whole; nothing if it is null. */
    void note(String attribute, @Nullable String value);

    /**
     * The request is answered. Only the first call counts.
     *
     * @param status of HTTP; an error from 500 on
     */
    void end(int status);
}
