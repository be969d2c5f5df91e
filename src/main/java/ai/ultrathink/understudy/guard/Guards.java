package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.MeteredExperiments;
import ai.ultrathink.understudy.experiment.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A guard for each test, made with the test's first request. Itself made at the start, which a wrong setting stops. */
@Startup
@ApplicationScoped
public class Guards {

    private final GuardRules rules;
    private final TimeSource time;
    private final MeterRegistry registry;
    private final GuardLog log;
    private final Map<String, Guarded> guards = new ConcurrentHashMap<>();
    // model → why its probe fails; read and written under this object's lock, so that a new guard cannot miss it
    private final Map<String, String> failing = new HashMap<>();

    private record Guarded(Guard guard, GuardMeters meters) {}

    Guards(GuardConfig config, TimeSource time, MeterRegistry registry, GuardLog log) {
        this.rules = GuardRules.of(config);
        this.time = time;
        this.registry = registry;
        this.log = log;
    }

    /**
     * A permit to use the treatment of a test for one request, or empty while the guard is open. Waits for nothing but, with
     * a test's first request, the making of its guard.
     */
    public Optional<Permit> admit(Experiment experiment) {
        Guarded guarded = guards.get(experiment.testId());
        return (guarded == null ? make(experiment) : guarded).guard.admit(experiment);
    }

    /** How each guard stands, by test id. A test that had no request yet has none. */
    public Map<String, GuardStatus> status() {
        return guards.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().guard.status()));
    }

    /** Forgets the guards, and their meters, of all tests but these. */
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

    /** A treatment's probe fails: its tests do without it until the probe passes. */
    synchronized void hold(String treatmentModel, String reason) {
        failing.put(treatmentModel, reason);
        using(treatmentModel).forEach(guard -> guard.hold(reason));
    }

    /** A treatment's probe passes, or nobody probes it any more: its tests may try it again. */
    synchronized void release(String treatmentModel) {
        failing.remove(treatmentModel);
        using(treatmentModel).forEach(Guard::release);
    }

    private Stream<Guard> using(String treatmentModel) {
        return guards.values().stream()
                .map(Guarded::guard)
                .filter(guard -> guard.experiment().treatmentModel().equals(treatmentModel));
    }
}
