package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Ends calls whose deadline is over, and looks after threads and the worker, at short intervals on a thread of its own. */
final class DeadlineWatch {

    private static final Logger LOG = Logger.getLogger(DeadlineWatch.class);

    private final InferencePool pool;
    private final TreatmentRuntime treatments;
    private final Duration stuckAfter;
    private final LongConsumer also;
    private final TimeSource time;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("deadlines").daemon().factory());
    // the models that serve, and those that were removed while a caller still waits for them
    private final Set<Model> models = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledFuture<?> expiring;

    /**
     * @param stuckAfter how long a thread may take for one batch
     * @param also told the time each time; cheap
     */
    DeadlineWatch(
            InferencePool pool, TreatmentRuntime treatments, Duration stuckAfter, LongConsumer also, TimeSource time) {
        this.pool = pool;
        this.treatments = treatments;
        this.stuckAfter = stuckAfter;
        this.also = also;
        this.time = time;
    }

    void start(Duration every) {
        expiring = thread.scheduleWithFixedDelay(this::expire, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    }

    void add(Model model) {
        models.add(model);
    }

    private void expire() {
        try {
            long now = time.nanoTime();
            models.forEach(model -> model.expire(now));
            models.removeIf(Model::over);
            pool.lookAfterThreads(stuckAfter.toNanos());
            treatments.watch(now);
            also.accept(now);
        } catch (RuntimeException | Error e) {
            // a task that throws is not scheduled again, and without deadlines callers would wait forever
            LOG.error("deadlines could not be checked; this is a bug, please report it", e);
        }
    }

    void stop() {
        if (expiring != null) {
            expiring.cancel(false);
        }
        thread.shutdown();
    }
}
