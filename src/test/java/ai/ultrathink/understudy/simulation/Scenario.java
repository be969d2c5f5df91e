package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.Guardrails;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A story that is played many times.
 *
 * @param name as it stands in the table; unique
 * @param story what the traffic and the models do
 * @param expectation what is true, and so what is wrong to say
 * @param world what happens
 * @param steering who sets the split
 * @param looks of a run, unless it ends before
 * @param arrivals how many requests come before each look
 * @param runs in {@code make simulate}; {@code make test} plays some of them
 * @param asked the figures to reach
 * @param yardstick how soon it could be found, or null
 */
record Scenario(
        String name,
        String story,
        Expectation expectation,
        World world,
        Supplier<Steering> steering,
        int looks,
        IntUnaryOperator arrivals,
        int runs,
        Asked asked,
        @Nullable Yardstick yardstick) {

    /** Every experiment is created with the usual limits. */
    static final Guardrails GUARDRAILS = Guardrails.USUAL;

    static Scenario of(String name, String story, Expectation expectation) {
        return new Scenario(
                name,
                story,
                expectation,
                World.USUAL,
                () -> Steering.by(request -> 0.1),
                130,
                look -> look < 60 ? 300 : 600,
                500,
                Asked.USUAL,
                null);
    }

    private Scenario in(World other) {
        return new Scenario(name, story, expectation, other, steering, looks, arrivals, runs, asked, yardstick);
    }

    Scenario with(Conditions always) {
        return with(request -> always);
    }

    Scenario with(LongFunction<Conditions> changing) {
        return in(world.with(changing));
    }

    /** Requests depend on each other in this way; less is promised then. */
    Scenario depending(Function<RandomGenerator, Dependence> dependence) {
        return in(world.with(dependence)).asking(Asked.DEPENDENT);
    }

    Scenario asked(Function<RandomGenerator, SimulatedCallers> callers) {
        return in(world.asked(callers));
    }

    Scenario fenced(double requestsPerSecond, World.Span requests) {
        return in(world.fenced(requestsPerSecond, requests));
    }

    Scenario shadow() {
        return steered(() -> Steering.by(request -> null));
    }

    Scenario split(double split) {
        return steered(() -> Steering.by(request -> split));
    }

    Scenario steered(Supplier<Steering> other) {
        return new Scenario(name, story, expectation, world, other, looks, arrivals, runs, asked, yardstick);
    }

    /** With a look each time so many requests came. */
    Scenario lasting(long requests, int every) {
        return looked((int) (requests / every), look -> every);
    }

    /** With so many requests before each look, counted from 0. */
    Scenario looked(int times, IntUnaryOperator coming) {
        return new Scenario(name, story, expectation, world, steering, times, coming, runs, asked, yardstick);
    }

    Scenario times(int count) {
        return new Scenario(name, story, expectation, world, steering, looks, arrivals, count, asked, yardstick);
    }

    Scenario asking(Asked other) {
        return new Scenario(name, story, expectation, world, steering, looks, arrivals, runs, other, yardstick);
    }

    /** The median run is to find it in so many samples. */
    Scenario within(long samples) {
        return asking(asked.within(samples));
    }

    Scenario atBest(Yardstick best) {
        return new Scenario(name, story, expectation, world, steering, looks, arrivals, runs, asked, best);
    }
}
