package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.outcome.Outcome;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Says how long a treatment may keep a request waiting before control is asked as well: as long as 95 of 100 of its recent
 * answers took, and never longer than a fraction of its deadline. So a sound treatment costs control one request in twenty,
 * and a hanging one leaves control the rest of the deadline.
 */
@Startup
@ApplicationScoped
class Hedging {

    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final double fraction;
    private final TimeSource time;
    private final Timers timers;
    private final Map<String, RecentLatency> recent = new ConcurrentHashMap<>();

    @Inject
    Hedging(TrialConfig config, TimeSource time) {
        this(config, time, Hedging::later);
    }

    Hedging(TrialConfig config, TimeSource time, Timers timers) {
        this.fraction = config.hedgeFraction();
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException(
                    "understudy.trial.hedge-fraction: got " + fraction + "; allowed: a number from 0 to 1");
        }
        this.time = time;
        this.timers = timers;
    }

    /** The timers know whole milliseconds, and of those none below one. */
    private static Cancellable later(Duration delay, Runnable task) {
        if (delay.isZero()) {
            task.run();
            return () -> {};
        }
        Future<?> scheduled = Infrastructure.getDefaultWorkerPool()
                .schedule(task, Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    Hedge hedge(PredictionContext context) {
        return new Hedge(
                context.askControl(), delay(context.experiment().treatmentModel(), context.callersPatience()), timers);
    }

    Duration delay(String treatment, Duration deadline) {
        Duration most = Duration.ofNanos((long) (deadline.toNanos() * fraction));
        RecentLatency latency = recent.get(treatment);
        if (latency == null || latency.p95Nanos().isEmpty()) {
            return most;
        }
        Duration usual = Duration.ofNanos(latency.p95Nanos().getAsLong());
        Duration wanted = usual.compareTo(SHORTEST) < 0 ? SHORTEST : usual;
        return wanted.compareTo(most) < 0 ? wanted : most;
    }

    /** The same treatment, with the time that it takes noted. */
    Uni<Outcome> timed(String treatment, Uni<Outcome> asked) {
        return Uni.createFrom().deferred(() -> {
            long start = time.nanoTime();
            return asked.invoke(outcome -> note(treatment, start));
        });
    }

    private void note(String treatment, long startNanos) {
        long now = time.nanoTime();
        recent.computeIfAbsent(treatment, name -> new RecentLatency(PERIOD.toNanos(), now))
                .add(now - startNanos, now);
    }
}
