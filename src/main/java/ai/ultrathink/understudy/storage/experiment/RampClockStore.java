package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** The time that ramps are held by. It is in the database, so a restart or another leader loses none and adds none. */
@ApplicationScoped
public class RampClockStore {

    // what the database's own clock says has passed: nothing when it was set back, and no more than the bound when it
    // was set
    // forward
    private static final String PASSED =
            "least(greatest(clock_timestamp() - counted_at, interval '0')," + " $1 * interval '1 microsecond')";

    private static final String ADVANCE =
            "update ab_ramp_clock set time = time + " + PASSED + ", counted_at = clock_timestamp() returning time";
    private static final String NOW = "select time + " + PASSED + " as time from ab_ramp_clock";

    // a replica that watches advances it every few seconds
    private static final Duration UNWATCHED = Duration.ofSeconds(10);

    private final Database database;

    RampClockStore(Database database) {
        this.database = database;
    }

    /**
     * Lets it go on.
     *
     * @param most at the most by so much
     */
    public Uni<Instant> advance(Duration most) {
        return time(ADVANCE, most);
    }

    /**
     * What it shows.
     *
     * @param most how long ago it may have been advanced
     */
    public Uni<Instant> now(Duration most) {
        return time(NOW, most);
    }

    /** What it shows, in a transaction that also changes ramps. */
    static Uni<Instant> now(SqlConnection connection) {
        return time(connection, NOW, UNWATCHED);
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
