package ai.ultrathink.understudy.simulation;

import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What happens outside the service.
 *
 * @param conditions how the models usually behave, at a request
 * @param dependence what requests have in common beyond that
 * @param callers who asks
 * @param requestsPerSecond how fast time goes by
 * @param outage requests in which the database was away for so long that the replica was fenced, or null
 */
record World(
        LongFunction<Conditions> conditions,
        Function<RandomGenerator, Dependence> dependence,
        Function<RandomGenerator, SimulatedCallers> callers,
        double requestsPerSecond,
        @Nullable Span outage) {

    /** Two models that are one; independent requests, five a second. */
    static final World USUAL =
            new World(request -> Conditions.SAME, random -> Dependence.none(), SimulatedCallers::independent, 5, null);

    /**
     * Requests, counted from 0.
     *
     * @param from the first
     * @param until the first after them
     */
    record Span(long from, long until) {

        boolean contains(long request) {
            return request >= from && request < until;
        }

        /** Whether one of the requests from here to there is among them. */
        boolean touches(long first, long afterLast) {
            return first < until && afterLast > from;
        }
    }

    World with(LongFunction<Conditions> others) {
        return new World(others, dependence, callers, requestsPerSecond, outage);
    }

    World with(Function<RandomGenerator, Dependence> others) {
        return new World(conditions, others, callers, requestsPerSecond, outage);
    }

    World asked(Function<RandomGenerator, SimulatedCallers> others) {
        return new World(conditions, dependence, others, requestsPerSecond, outage);
    }

    World fenced(double rate, Span requests) {
        return new World(conditions, dependence, callers, rate, requests);
    }

    /** The minute of a request, counted from the beginning. */
    long minute(long request) {
        return (long) (request / (60 * requestsPerSecond));
    }

    /** Whether the replica was fenced in a part of a minute. */
    boolean spoilt(long minute) {
        double length = 60 * requestsPerSecond;
        return outage != null && outage.touches((long) (minute * length), (long) ((minute + 1) * length));
    }

    boolean fenced(long request) {
        return outage != null && outage.contains(request);
    }
}
