package ai.ultrathink.understudy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is sent when, and what a stall of the server adds up to, on a clock of the test's. */
class DueRequestsTest {

    private static final long MILLI = 1_000_000;
    private static final int PER_SECOND = 1000;
    private static final int REQUESTS = 1000;
    private static final long ANSWER_NANOS = MILLI / 10;

    @Test
    void times_do_not_drift_where_the_period_is_no_whole_number() {
        Timetable timetable = new Timetable(5, 3, 4);

        assertEquals(
                List.of(5L, 333_333_338L, 666_666_672L, 1_000_000_005L),
                IntStream.range(0, 4).mapToObj(timetable::due).toList());
    }

    @Test
    void a_request_that_is_due_takes_a_free_connection() {
        DueRequests<String> requests = new DueRequests<>(List.of("a", "b"));

        assertEquals("a", requests.nextIsDue());
        assertEquals("b", requests.nextIsDue());
    }

    @Test
    void requests_wait_in_their_order_while_no_connection_is_free() {
        DueRequests<String> requests = new DueRequests<>(List.of("a"));
        requests.nextIsDue();

        assertNull(requests.nextIsDue());
        assertNull(requests.nextIsDue());
        assertEquals(1, requests.answered("a"));
        assertEquals(2, requests.answered("a"));
        assertEquals(DueRequests.NONE, requests.answered("a"));
        assertEquals("a", requests.nextIsDue());
    }

    @Test
    void without_a_stall_each_latency_is_the_time_of_the_answer() {
        SinceDue latencies = latenciesOf(0, 0);

        assertEquals(REQUESTS, latencies.count());
        assertEquals(0.1, latencies.millis(100), 0.001);
    }

    /**
     * The server stalls for 200 ms. The request that it holds takes 200.1 ms. Each of those behind it was due 1 ms after the one before
     * and is answered 0.1 ms after it, so takes 0.9 ms less, until 223 requests later the connection is free in time.
     */
    @Test
    void a_stall_is_in_the_latency_of_each_request_that_was_due_meanwhile() {
        SinceDue latencies = latenciesOf(500 * MILLI, 200 * MILLI);

        assertEquals(REQUESTS, latencies.count());
        assertEquals(200.1, latencies.millis(100), 0.3);
        // the eleventh longest, the tenth being the longest of the last hundredth
        assertEquals(200.1 - 10 * 0.9, latencies.millis(99), 0.3);
        assertEquals(200.1 - 100 * 0.9, latencies.millis(90), 0.3);
        assertEquals(0.1, latencies.millis(77), 0.001);
        assertEquals(112, latencies.atLeast(100));
    }

    @Test
    void lateness_of_one_request_in_fifty_is_no_punctuality() {
        SinceDue lateness = new SinceDue();
        for (int i = 0; i < 98; i++) {
            lateness.add(0, MILLI / 100);
        }
        assertTrue(new LoadResult(PER_SECOND, new SinceDue(), lateness, 0).punctual());

        lateness.add(0, MILLI);
        lateness.add(0, MILLI);

        assertEquals(false, new LoadResult(PER_SECOND, new SinceDue(), lateness, 0).punctual());
    }

    /** Of a thousand requests a second over one connection; a request that is sent during the stall is answered after it. */
    private static SinceDue latenciesOf(long stallFrom, long stallNanos) {
        Timetable timetable = new Timetable(0, PER_SECOND, REQUESTS);
        DueRequests<String> requests = new DueRequests<>(List.of("the only one"));
        SinceDue latencies = new SinceDue();
        int underWay = DueRequests.NONE;
        long answered = 0;
        for (int number = 0; number <= REQUESTS; number++) {
            long now = number < REQUESTS ? timetable.due(number) : Long.MAX_VALUE;
            while (underWay != DueRequests.NONE && answered <= now) {
                latencies.add(timetable.due(underWay), answered);
                underWay = requests.answered("the only one");
                answered = answered(answered, stallFrom, stallNanos);
            }
            if (number < REQUESTS && requests.nextIsDue() != null) {
                underWay = number;
                answered = answered(now, stallFrom, stallNanos);
            }
        }
        return latencies;
    }

    private static long answered(long sent, long stallFrom, long stallNanos) {
        boolean stalled = sent >= stallFrom && sent < stallFrom + stallNanos;
        return (stalled ? stallFrom + stallNanos : sent) + ANSWER_NANOS;
    }
}
