package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * The database's schema. It is migrated when the database is reachable, which may be long after the start: the service
 * serves control without it. If the present contents prevent a migration, nothing is changed, and the problem says what
 * to do.
 */
@ApplicationScoped
public class Schema {

    private static final FailureCause UNSEEN =
            new FailureCause(false, DatabaseAwayException.away("it has not answered since the start"));
    private static final int LONGEST = 400;

    private final Migrator migrator;
    private final PoolerDetection pooler;
    private final Database database;
    private final SchemaInUse inUse;
    private final Duration retryAfter;
    private final RepeatedWarnings complaints = new RepeatedWarnings();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile @Nullable FailureCause problem = UNSEEN;

    Schema(Migrator migrator, PoolerDetection pooler, Database database, SchemaInUse inUse, StorageConfig config) {
        this.migrator = migrator;
        this.pooler = pooler;
        this.database = database;
        this.inUse = inUse;
        this.retryAfter = config.retryAfter();
        database.withhold(UNSEEN);
    }

    /** Whether the schema is in place and its experiments, as far as is known, can be read. */
    public boolean ready() {
        return problem == null;
    }

    /** Whether more than one attempt was made and the database was away each time. */
    public boolean databaseAway() {
        FailureCause present = problem;
        return present != null && !present.lasting() && failures.get() > 1;
    }

    /** The problem with the schema and what to do about it, as a sentence without a full stop. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem).map(FailureCause::sentence);
    }

    /** Called when the schema is in place but its experiments could not be read; the reader retries. */
    public void unreadable(Throwable failure) {
        found(why(failure));
        database.open();
    }

    /** Migrates the schema, with retries. Ends when it is in place. */
    public Uni<Void> migrated() {
        return attempt()
                .onFailure()
                .call(this::report)
                .onFailure()
                .retry()
                .withBackOff(retryAfter, retryAfter)
                .indefinitely()
                .invoke(() -> {
                    problem = null;
                    failures.set(0);
                    database.open();
                    complaints.over("the schema " + inUse.name() + " is in place now");
                });
    }

    private Uni<Void> attempt() {
        return database.poll(connection -> connection.query("select 1").execute())
                .replaceWithVoid()
                .onFailure(FailureCause::isHandshake)
                // this driver tells no reason, and the other one does
                .recoverWithUni(migrator::connect)
                .chain(pooler::check)
                .chain(this::unlessInTheWay)
                .chain(migrator::attempt)
                .chain(this::unlessInTheWay)
                .chain(this::inTheSchema);
    }

    private Uni<Void> unlessInTheWay(Optional<FailureCause> cause) {
        return cause.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().failure(new DatabaseAwayException(cause.get(), null));
    }

    /** Checks the search path, because a pooler may ignore the parameters of a connection. */
    private Uni<Void> inTheSchema() {
        return database.poll(connection -> connection
                        .query("select current_schema() as name")
                        .execute()
                        .map(rows -> rows.iterator().next().getString("name")))
                .chain(found -> unlessInTheWay(
                        inUse.name().value().equals(found)
                                ? Optional.empty()
                                : Optional.of(new FailureCause(
                                        true,
                                        "DATABASE_SCHEMA: got " + inUse.name() + ", and connections are in " + found
                                                + "; a pooler in between must let search_path through, or the user must"
                                                + " have it by ALTER ROLE … SET search_path"))));
    }

    /** Logs one line for each reason, not one a second. */
    private Uni<Void> report(Throwable failure) {
        return isLock(failure)
                ? migrator.holder()
                        .onFailure()
                        .recoverWithItem("another session")
                        .invoke(holder -> found(new FailureCause(
                                true,
                                "the schema " + inUse.name() + " is being migrated elsewhere: the lock is held by "
                                        + holder
                                        + "; if no replica is migrating, end that session with pg_terminate_backend")))
                        .replaceWithVoid()
                : Uni.createFrom().voidItem().invoke(() -> found(why(failure)));
    }

    private void found(FailureCause cause) {
        failures.incrementAndGet();
        problem = cause;
        database.withhold(cause);
        if (!database.isAway() || cause.lasting()) {
            complaints.about("not ready: " + cause.sentence());
        }
    }

    private FailureCause why(Throwable failure) {
        FailureCause cause = FailureCause.of(failure)
                .orElseGet(() ->
                        new FailureCause(true, "the schema " + inUse.name() + " cannot be used: " + oneLine(failure)));
        // if polls are answered, a lost connection of a migration does not mean that the database is away
        return failure instanceof DatabaseAwayException || database.isAway()
                ? cause
                : new FailureCause(true, cause.sentence());
    }

    private static boolean isLock(Throwable failure) {
        return failure instanceof FlywayException
                && String.valueOf(failure.getMessage()).contains("lock");
    }

    /** Shortens a message of Flyway's, which may be pages long, to one line. */
    private static String oneLine(Throwable failure) {
        String line = String.valueOf(failure.getMessage())
                .lines()
                .map(String::strip)
                .filter(text -> !text.isEmpty() && !text.matches("-+"))
                .collect(Collectors.joining("; "));
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
