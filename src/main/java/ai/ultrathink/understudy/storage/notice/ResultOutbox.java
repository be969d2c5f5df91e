package ai.ultrathink.understudy.storage.notice;

import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The outbox of results: which rows of {@code ab_test_results} are still to be sent. The database writes it with the rows, so each is
 * there once. One replica at a time sends, so that rows leave in their order.
 */
@ApplicationScoped
public class ResultOutbox {

    private static final String CLAIM =
            "update ab_notice_destinations set claimed_by = $2, claimed_until = now() + make_interval(secs => $3)"
                    + " where destination = $1 and (claimed_by = $2 or claimed_until <= now()) returning 1";

    private static final String OLDEST = """
            select n.number, n.time, n.row_id, r.test_id, to_jsonb(r)::text as row
            from (
                select number, time, row_id from ab_notice_results where destination = $1 order by number limit $2) n
            left join ab_test_results r on r.time = n.time and r.row_id = n.row_id
            order by n.number""";

    private static final String SENT = "delete from ab_notice_results where destination = $1 and number = any($2)";

    // from the oldest on, and some at a time, because there may be very many
    private static final String DROP = "delete from ab_notice_results where destination = $1 and number in ("
            + "select number from ab_notice_results where destination = $1 order by number limit 10000)"
            + " and time < now() - make_interval(secs => $2)";

    private final Database database;

    ResultOutbox(Database database) {
        this.database = database;
    }

    /** Whether this replica may send for a while, and no other one. */
    public Uni<Boolean> claim(String destination, UUID replica, Duration lease) {
        return database.attempt(connection -> connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(destination, replica, seconds(lease)))
                .map(rows -> rows.size() == 1));
    }

    /** The oldest that wait, at most so many. */
    public Uni<List<WaitingResult>> oldest(String destination, int most) {
        return database.attempt(connection -> connection
                .preparedQuery(OLDEST)
                .execute(Tuple.of(destination, most))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new WaitingResult(
                                row.getLong("number"),
                                row.getUUID("row_id"),
                                row.getOffsetDateTime("time").toInstant(),
                                row.getString("test_id"),
                                row.getString("row")))
                        .toList()));
    }

    /** Removes what has arrived. */
    public Uni<Void> sent(String destination, List<Long> numbers) {
        return database.attempt(connection -> connection
                .preparedQuery(SENT)
                .execute(Tuple.tuple().addString(destination).addArrayOfLong(numbers.toArray(Long[]::new)))
                .replaceWithVoid());
    }

    /** Removes some of what is too old. Returns how many these are; call again until it is 0. */
    public Uni<Integer> drop(String destination, Duration olderThan) {
        return database.attempt(connection -> connection
                .preparedQuery(DROP)
                .execute(Tuple.of(destination, seconds(olderThan)))
                .map(rows -> rows.rowCount()));
    }

    private static double seconds(Duration length) {
        return length.toMillis() / 1_000.0;
    }
}
