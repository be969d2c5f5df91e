package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A guard for each test, made with the test's first request. */
@ApplicationScoped
public class Guards {

    private final GuardRules rules;
    private final TimeSource time;
    private final Map<String, Guard> guards = new ConcurrentHashMap<>();
    // model → why its probe fails; written with this locked, so that a new guard cannot miss it
    private final Map<String, String> failing = new HashMap<>();

    Guards(GuardConfig config, TimeSource time) {
        this.rules = GuardRules.of(config);
        this.time = time;
    }

    /**
     * A permit to use the treatment of a test for one request, or empty while the guard is open. Never waits for anything but
     * another test's first request.
     */
    public Optional<Permit> admit(Experiment test) {
        Guard guard = guards.get(test.testId());
        return (guard == null ? add(test) : guard).admit(test);
    }

    /** How each guard stands, by test id. Tests that had no request yet have none. */
    public Map<String, GuardStatus> status() {
        return guards.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().status()));
    }

    /** Forgets the guards, and their meters, of all tests but these. */
    public synchronized void retain(Set<String> testIds) {
        guards.keySet().retainAll(testIds);
    }

    private synchronized Guard add(Experiment test) {
        return guards.computeIfAbsent(test.testId(), id -> {
            Guard guard = new Guard(test, rules, time, (changed, from, to) -> {});
            String reason = failing.get(test.treatmentModel());
            if (reason != null) {
                guard.hold(reason);
            }
            return guard;
        });
    }

    /** A treatment's probe fails: its tests do without it. */
    synchronized void hold(String treatmentModel, String reason) {
        failing.put(treatmentModel, reason);
        guards.values().stream()
                .filter(guard -> guard.test().treatmentModel().equals(treatmentModel))
                .forEach(guard -> guard.hold(reason));
    }

    /** A treatment's probe passes: its tests may try it again. */
    synchronized void release(String treatmentModel) {
        failing.remove(treatmentModel);
        guards.values().stream()
                .filter(guard -> guard.test().treatmentModel().equals(treatmentModel))
                .forEach(Guard::release);
    }
}
