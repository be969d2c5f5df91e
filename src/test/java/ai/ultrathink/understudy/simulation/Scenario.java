package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.Guardrails;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A story that is played many times.
 *
 * @param name as it stands in the table; unique
 * @param story what the traffic and the models do
 * @param expectation what should come of it
 * @param conditions how the models behave at a request
 * @param steering who sets the split
 * @param callers who asks
 * @param looks of a run, unless it ends before
 * @param arrivals how many requests come before each look
 * @param runs in {@code make simulate}; {@code make test} plays some of them
 * @param target the most samples in which the median run should find the breach, or null where none was set
 */
record Scenario(
        String name,
        String story,
        Expectation expectation,
        LongFunction<Conditions> conditions,
        Supplier<Steering> steering,
        SimulatedCallers callers,
        int looks,
        IntUnaryOperator arrivals,
        int runs,
        @Nullable Long target) {

    /** Every test is created with the usual limits. */
    static final Guardrails GUARDRAILS = Guardrails.USUAL;

    static Scenario of(String name, String story, Expectation expectation) {
        return new Scenario(
                name,
                story,
                expectation,
                request -> Conditions.SAME,
                () -> Steering.by(request -> 0.1),
                SimulatedCallers.INDEPENDENT,
                1_000,
                look -> 100,
                500,
                null);
    }

    Scenario with(Conditions always) {
        return with(request -> always);
    }

    Scenario with(LongFunction<Conditions> changing) {
        return new Scenario(name, story, expectation, changing, steering, callers, looks, arrivals, runs, target);
    }

    Scenario shadow() {
        return steered(() -> Steering.by(request -> null));
    }

    Scenario split(double split) {
        return steered(() -> Steering.by(request -> split));
    }

    Scenario steered(Supplier<Steering> other) {
        return new Scenario(name, story, expectation, conditions, other, callers, looks, arrivals, runs, target);
    }

    Scenario asked(SimulatedCallers others) {
        return new Scenario(name, story, expectation, conditions, steering, others, looks, arrivals, runs, target);
    }

    /** With a look each time so many requests came. */
    Scenario lasting(long requests, int every) {
        return looked((int) (requests / every), look -> every);
    }

    /** With so many requests before each look, counted from 0. */
    Scenario looked(int times, IntUnaryOperator coming) {
        return new Scenario(name, story, expectation, conditions, steering, callers, times, coming, runs, target);
    }

    Scenario times(int count) {
        return new Scenario(name, story, expectation, conditions, steering, callers, looks, arrivals, count, target);
    }

    Scenario within(long samples) {
        return new Scenario(name, story, expectation, conditions, steering, callers, looks, arrivals, runs, samples);
    }
}
