package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.MeteredExperiments;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.OutOfUse;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The guards of all experiments, each created by the first request. Created at startup, so that an invalid setting
 * stops the start.
 */
@Startup
@ApplicationScoped
public class Guards {

    private final GuardRules rules;
    private final TimeSource time;
    private final MeterRegistry registry;
    private final GuardLog log;
    private final Map<String, Guarded> guards = new ConcurrentHashMap<>();
    // model → why its probe fails; accessed under this object's lock, so that a new guard cannot miss it
    private final Map<String, String> failing = new HashMap<>();

    private record Guarded(Guard guard, GuardMeters meters) {}

    Guards(GuardConfig config, TimeSource time, MeterRegistry registry, GuardLog log) {
        this.rules = GuardRules.of(config);
        this.time = time;
        this.registry = registry;
        this.log = log;
    }

    /**
     * Returns a permit to use the treatment of an experiment for one request, or empty while the guard is open. Never
     * blocks, except for the first request of an experiment, which creates the guard.
     */
    public Optional<Permit> admit(Experiment experiment) {
        Guarded guarded = guards.get(experiment.testId());
        return (guarded == null ? make(experiment) : guarded).guard.admit(experiment);
    }

    /** Whether the guard of an experiment would give no permit now. Takes none. */
    public boolean withholds(String testId) {
        Guarded guarded = guards.get(testId);
        return guarded != null && !guarded.guard.admits();
    }

    /** Whether the guard of an experiment neither keeps requests from the treatment nor tries it. */
    public boolean closed(String testId) {
        Guarded guarded = guards.get(testId);
        return guarded == null || guarded.guard.status().state() == GuardStatus.State.CLOSED;
    }

    /** The status of each guard, by id of the experiment. An experiment without requests has none. */
    public Map<String, GuardStatus> status() {
        return guards.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().guard.status()));
    }

    /** Removes the guards, and their meters, of all experiments but these. */
    public synchronized void retain(Set<String> testIds) {
        guards.entrySet().removeIf(entry -> {
            boolean gone = !testIds.contains(entry.getKey());
            if (gone) {
                entry.getValue().meters.remove();
            }
            return gone;
        });
    }

    private synchronized Guarded make(Experiment experiment) {
        Guarded there = guards.get(experiment.testId());
        if (there != null) {
            return there;
        }
        GuardMeters meters = new GuardMeters(registry, experiment.testId(), guards.size() < MeteredExperiments.MOST);
        Guard guard = new Guard(experiment, rules, time, (current, from, to) -> {
            meters.moved(to.status().state());
            log.changed(current, from, to);
        });
        meters.show(experiment.testId(), guard::status);
        String reason = failing.get(experiment.treatmentModel());
        if (reason != null) {
            guard.hold(reason);
        }
        Guarded made = new Guarded(guard, meters);
        guards.put(experiment.testId(), made);
        return made;
    }

    /** Called when a treatment's probe fails: its experiments go without it until the probe passes. */
    synchronized void hold(String treatmentModel, String reason) {
        failing.put(treatmentModel, reason);
        using(treatmentModel).forEach(guard -> guard.hold(reason));
    }

    /** Called when a treatment's probe passes, or it is no longer probed: its experiments may try it again. */
    synchronized void release(String treatmentModel) {
        failing.remove(treatmentModel);
        using(treatmentModel).forEach(Guard::release);
    }

    /** A version ended its worker too often. Its probes fail from now on, which keeps the guards open. */
    synchronized void outOfUse(@Observes OutOfUse event) {
        String reason = "model " + event.model() + ": " + event.reason();
        hold(event.model(), reason);
        using(event.model()).forEach(guard -> log.outOfUse(guard.experiment(), guard.state(), reason));
    }

    private Stream<Guard> using(String treatmentModel) {
        return guards.values().stream()
                .map(Guarded::guard)
                .filter(guard -> guard.experiment().treatmentModel().equals(treatmentModel));
    }
}
