package ai.ultrathink.understudy.storage.notice;

import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The outbox in PostgreSQL. The database writes a notice in the transaction of its event, see {@code V27__notices.sql}, so each is there
 * once. All times are by its clock.
 */
@ApplicationScoped
public class NoticeStore {

    private static final int LONGEST_PROBLEM = 500;

    private static final String SEEN = "select ab_notice_seen($1, $2)";

    // of each test the first, so that they arrive in order; what another replica claims at the same time is left to it
    private static final String CLAIM = """
            with ready as (
                select n.position
                from ab_notices n
                where n.destination = $1 and n.dead_at is null and n.due_at <= now() and n.claimed_until <= now()
                    and not exists (
                        select from ab_notice_destinations d where d.destination = $1 and d.paused_until > now())
                    and not exists (
                        select from ab_notices earlier
                        where earlier.destination = $1 and earlier.test_id = n.test_id and earlier.dead_at is null
                            and earlier.position < n.position)
                order by n.position
                limit $2
                for update of n skip locked),
            claimed as (
                update ab_notices n
                set claimed_until = now() + make_interval(secs => $3), attempts = n.attempts + 1
                from ready
                where n.destination = $1 and n.position = ready.position
                returning n.event_id as noticed, n.attempts)
            select attempts, event_id, time, test_id, actor, action, from_state::text as from_state,
                to_state::text as to_state, generation, reason, null::text as evidence, approved_by, approval_id,
                chain_position, previous_hash, hash
            from claimed join ab_test_events on event_id = noticed
            order by chain_position""";

    private static final String DELIVERED = "delete from ab_notices where destination = $1 and position = $2";

    // of an attempt that took too long another replica has the word
    private static final String FAILED = "update ab_notices set due_at = now() + make_interval(secs => $4),"
            + " claimed_until = '-infinity', problem = $5 where destination = $1 and position = $2 and attempts = $3";

    private static final String GIVEN_UP = "update ab_notices set dead_at = now(), claimed_until = '-infinity',"
            + " problem = $4 where destination = $1 and position = $2 and attempts = $3";

    private static final String PAUSE =
            "update ab_notice_destinations set paused_until = greatest(paused_until, now() + make_interval(secs => $2))"
                    + " where destination = $1";

    private static final String STANDINGS =
            "select destination, waiting, dead, lag_seconds from ab_notice_standings where destination = any($1)";

    private final Database database;

    NoticeStore(Database database) {
        this.database = database;
    }

    /**
     * Says that this replica has these destinations. One that is new gets what happens from now on.
     *
     * @param events those that get events
     * @param results those that get results, see {@link ResultOutbox}
     */
    public Uni<Void> seen(List<String> events, List<String> results) {
        return database.attempt(connection -> connection
                .preparedQuery(SEEN)
                .execute(Tuple.tuple()
                        .addArrayOfString(events.toArray(String[]::new))
                        .addArrayOfString(results.toArray(String[]::new)))
                .replaceWithVoid());
    }

    /**
     * Takes notices that are to be sent now, at most one of each experiment. No other replica gets them before the lease is over.
     *
     * @param most how many at most
     */
    public Uni<List<ClaimedNotice>> claim(String destination, int most, Duration lease) {
        return database.attempt(connection -> connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(destination, most, seconds(lease)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(NoticeStore::read)
                        .toList()));
    }

    private static ClaimedNotice read(Row row) {
        return new ClaimedNotice(row.getLong("chain_position"), row.getInteger("attempts"), EventStore.read(row));
    }

    /** Removes a notice that has arrived. */
    public Uni<Void> delivered(String destination, ClaimedNotice notice) {
        return change(DELIVERED, Tuple.of(destination, notice.position()));
    }

    /** Notes that a notice did not arrive, and is to be sent again. */
    public Uni<Void> failed(String destination, ClaimedNotice notice, Duration again, String problem) {
        return change(
                FAILED,
                Tuple.of(destination, notice.position(), notice.attempts(), seconds(again), shortened(problem)));
    }

    /** Notes that a notice is not sent any more, and that those after it no longer wait for it. */
    public Uni<Void> givenUp(String destination, ClaimedNotice notice, String problem) {
        return change(GIVEN_UP, Tuple.of(destination, notice.position(), notice.attempts(), shortened(problem)));
    }

    /** Sends nothing to a destination for a while, from any replica. */
    public Uni<Void> pause(String destination, Duration length) {
        return change(PAUSE, Tuple.of(destination, seconds(length)));
    }

    /** How these destinations stand. */
    public Uni<List<DestinationStanding>> standings(List<String> destinations) {
        return database.attempt(connection -> connection
                .preparedQuery(STANDINGS)
                .execute(Tuple.tuple().addArrayOfString(destinations.toArray(String[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new DestinationStanding(
                                row.getString("destination"),
                                row.getLong("waiting"),
                                row.getLong("dead"),
                                row.getDouble("lag_seconds")))
                        .toList()));
    }

    private Uni<Void> change(String sql, Tuple values) {
        return database.attempt(
                connection -> connection.preparedQuery(sql).execute(values).replaceWithVoid());
    }

    private static double seconds(Duration length) {
        return length.toMillis() / 1_000.0;
    }

    /** By code points, so that no half of a character is stored. */
    private static String shortened(String problem) {
        return problem.codePointCount(0, problem.length()) <= LONGEST_PROBLEM
                ? problem
                : problem.substring(0, problem.offsetByCodePoints(0, LONGEST_PROBLEM - 1)) + "…";
    }
}
