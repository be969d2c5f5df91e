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
 * The database's schema. Migrated when the database is there, which may be long after the start: the service serves control
 * without it. Where it cannot be migrated because of what is there, nothing is touched, and it is said what to do.
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

    /** Whether the schema is in place and its tests, as far as is known, can be read. */
    public boolean ready() {
        return problem == null;
    }

    /** Whether the database was asked more than once and was away each time. */
    public boolean databaseAway() {
        FailureCause present = problem;
        return present != null && !present.lasting() && failures.get() > 1;
    }

    /** What keeps the schema from being in place or read, and what to do about it; a sentence without its full stop. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem).map(FailureCause::sentence);
    }

    /** It is in place, and its tests could not be read for the first time; whoever reads them tries again. */
    public void unreadable(Throwable failure) {
        found(why(failure));
        database.open();
    }

    /** Ends when the schema is in place; tries until then. */
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
                    complaints.over("the schema " + inUse.name() + " is in place after all");
                });
    }

    private Uni<Void> attempt() {
        return database.poll(connection -> connection.query("select 1").execute())
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

    /** A pooler may have been told to leave out what a connection asks for. */
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

    /** One line for each reason, not one a second. */
    private Uni<Void> report(Throwable failure) {
        return isLock(failure)
                ? migrator.holder()
                        .onFailure()
                        .recoverWithItem("somebody")
                        .invoke(holder -> found(new FailureCause(
                                true,
                                "the schema " + inUse.name() + " is being migrated elsewhere: the lock is held by "
                                        + holder
                                        + "; where nobody migrates, end that session with pg_terminate_backend")))
                        .replaceWithVoid()
                : Uni.createFrom().voidItem().invoke(() -> found(why(failure)));
    }

    private void found(FailureCause cause) {
        failures.incrementAndGet();
        problem = cause;
        database.withhold(cause);
        if (!database.isAway()) {
            complaints.about("not ready: " + cause.sentence());
        }
    }

    private FailureCause why(Throwable failure) {
        FailureCause cause = FailureCause.of(failure)
                .orElseGet(() ->
                        new FailureCause(true, "the schema " + inUse.name() + " cannot be used: " + oneLine(failure)));
        // what cuts a migration's connections off while polls are answered is not the database's being away
        return failure instanceof DatabaseAwayException || database.isAway()
                ? cause
                : new FailureCause(true, cause.sentence());
    }

    private static boolean isLock(Throwable failure) {
        return failure instanceof FlywayException
                && String.valueOf(failure.getMessage()).contains("lock");
    }

    /** Flyway's messages are pages. */
    private static String oneLine(Throwable failure) {
        String line = String.valueOf(failure.getMessage())
                .lines()
                .map(String::strip)
                .filter(text -> !text.isEmpty() && !text.matches("-+"))
                .collect(Collectors.joining("; "));
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
