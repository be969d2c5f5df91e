package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models that answer when a test says so, and remember what they were asked. */
final class FakeProbeTargets implements ProbeTargets {

    private final Map<String, Instant> loaded = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Map<String, Long> answered = new HashMap<>();
    private final Map<String, UniEmitter<? super Outcome>> waiting = new HashMap<>();

    void load(String model, int version) {
        loaded.put(model, Instant.ofEpochSecond(version));
    }

    void unload(String model) {
        loaded.remove(model);
    }

    /** A request of somebody else's is answered. */
    void answerRequest(String model, Variant role) {
        answered.merge(model + role, 1L, Long::sum);
    }

    /** The questions since the last look, in alphabetical order. */
    List<String> asked() {
        List<String> since = asked.stream().sorted().toList();
        asked.clear();
        return since;
    }

    void answer(String model, Outcome outcome) {
        UniEmitter<? super Outcome> emitter = waiting.remove(model);
        if (emitter == null) {
            throw new IllegalStateException("nobody asked " + model);
        }
        emitter.complete(outcome);
    }

    @Override
    public Map<String, Instant> loaded() {
        return Map.copyOf(loaded);
    }

    @Override
    public long answered(String model, Variant role) {
        return answered.getOrDefault(model + role, 0L);
    }

    @Override
    public Uni<Outcome> ask(String model, Variant role, Duration deadline) {
        asked.add(model + " as " + role.wireName() + " within " + deadline.toMillis() + " ms");
        return Uni.createFrom().emitter(emitter -> {
            if (waiting.put(model, emitter) != null) {
                throw new IllegalStateException(model + " is asked twice at a time");
            }
        });
    }
}
