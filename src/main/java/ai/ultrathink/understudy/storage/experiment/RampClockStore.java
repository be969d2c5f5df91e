package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** The clock of ramps. It is in the database, so a restart or a change of leader neither loses nor adds time. */
@ApplicationScoped
public class RampClockStore {

    // the time passed by the database's clock: nothing if it was set back, and at most the limit if it was set forward
    private static final String PASSED =
            "least(greatest(clock_timestamp() - counted_at, interval '0')," + " $1 * interval '1 microsecond')";

    private static final String ADVANCE =
            "update ab_ramp_clock set time = time + " + PASSED + ", counted_at = clock_timestamp() returning time";
    private static final String NOW = "select time + " + PASSED + " as time from ab_ramp_clock";

    // a leader advances it every few seconds
    private static final Duration WITHOUT_LEADER = Duration.ofSeconds(10);

    private final Database database;

    RampClockStore(Database database) {
        this.database = database;
    }

    /**
     * Advances the clock.
     *
     * @param most the maximum advance
     */
    public Uni<Instant> advance(Duration most) {
        return time(ADVANCE, most);
    }

    /**
     * Reads the clock.
     *
     * @param most the maximum time since the last advance
     */
    public Uni<Instant> now(Duration most) {
        return time(NOW, most);
    }

    /** Reads the clock in a transaction that also changes ramps. */
    static Uni<Instant> now(SqlConnection connection) {
        return time(connection, NOW, WITHOUT_LEADER);
    }

    private static Uni<Instant> time(SqlConnection connection, String sql, Duration most) {
        return connection
                .preparedQuery(sql)
                .execute(Tuple.of(most.toNanos() / 1e3))
                .map(rows -> rows.iterator().next().getOffsetDateTime("time").toInstant());
    }

    private Uni<Instant> time(String sql, Duration most) {
        return database.withConnection(connection -> time(connection, sql, most));
    }
}
