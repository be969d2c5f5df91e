package ai.ultrathink.understudy.storage.db;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Removes what is past a retention, on a schedule. What is old follows from the earlier of two clocks, the database's and this
 * machine's: one that is set forward must not remove what is not old.
 */
@ApplicationScoped
public class CleanUp {

    private final Database database;
    private final StorageConfig config;
    private final TimeSource time;
    private final Queue<Cancellable> running = new ConcurrentLinkedQueue<>();

    CleanUp(Database database, StorageConfig config, TimeSource time) {
        this.database = database;
        this.config = config;
        this.time = time;
    }

    /** Does work now and then on schedule, until the service ends. The work never fails. */
    public void onSchedule(Supplier<Uni<?>> work) {
        running.add(Multi.createFrom()
                .ticks()
                .every(config.cleanUpEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> work.get())
                .subscribe()
                .with(done -> {}));
    }

    /**
     * Removes, a bounded batch at a time, all that is past the retention.
     *
     * @param function an SQL function that removes a batch of what is older than an interval, and returns how much that was
     * @return how much was removed
     */
    public Uni<Long> purge(String function, Duration retention) {
        String sql = "select " + function
                + "(make_interval(secs => $1) + greatest(now() - $2::timestamptz, interval '0')) as removed";
        return Multi.createBy()
                .repeating()
                .uni(() -> database.attempt(connection -> connection
                        .preparedQuery(sql)
                        .execute(Tuple.of(
                                (double) retention.toSeconds(), time.now().atOffset(ZoneOffset.UTC)))
                        .map(rows -> rows.iterator().next().getLong("removed"))))
                .whilst(removed -> removed > 0)
                .collect()
                .with(Collectors.summingLong(Long::longValue));
    }

    @PreDestroy
    void stop() {
        running.forEach(Cancellable::cancel);
    }
}
