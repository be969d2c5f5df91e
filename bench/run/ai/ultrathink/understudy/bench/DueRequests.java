package ai.ultrathink.understudy.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which request is sent next, and on which connection. A request whose time has come is sent at once if a connection is free.
 * Otherwise it waits for one, in the order of the timetable, and its wait is part of its latency.
 *
 * <p>One thread says that requests are due, another that connections are free.
 *
 * @param <C> a connection, which carries one request at a time
 */
final class DueRequests<C> {

    /** No request waits. */
    static final int NONE = -1;

    /** The one that was used last comes first. */
    private final Deque<C> free;

    private int due;
    private int sent;

    DueRequests(List<C> connections) {
        this.free = new ArrayDeque<>(connections);
    }

    /** The time of the next request has come: the connection to send it on, or null if it has to wait. */
    synchronized @Nullable C nextIsDue() {
        due++;
        C connection = free.poll();
        if (connection != null) {
            sent++;
        }
        return connection;
    }

    /** A connection has had its answer: the number of the request to send on it now, or {@link #NONE}. */
    synchronized int answered(C connection) {
        if (sent < due) {
            return sent++;
        }
        free.push(connection);
        return NONE;
    }
}
