package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.ClearedEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.storage.db.AwayDatabase;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** One test in memory, changed as the database would change it. */
final class FakeExperiment {

    private final List<AuditEntry> events = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private LockedExperiment locked;
    private Supplier<Uni<List<GenerationEvidence>>> evidence =
            () -> Uni.createFrom().item(List.of());
    private Supplier<Uni<OutcomeEvidence>> outcomes = () -> Uni.createFrom().item(OutcomeEvidence.NONE);
    private final Map<GuardrailMetric, KeptEvidence> kept = new EnumMap<>(GuardrailMetric.class);
    private final AtomicInteger written = new AtomicInteger();
    private boolean gone;
    private boolean away;

    FakeExperiment(Experiment experiment) {
        locked = new LockedExperiment(experiment, null);
    }

    /** Somebody else changes the test while it is being looked at. */
    void becomes(Experiment changed) {
        locked = new LockedExperiment(changed, locked.ramp());
    }

    void ramp(PersistedRamp ramp) {
        locked = new LockedExperiment(locked.experiment(), ramp);
    }

    void ramp(Ramp ramp) {
        locked = new LockedExperiment(locked.experiment(), ramp.stored());
    }

    void shows(GenerationEvidence... shown) {
        evidence = () -> Uni.createFrom().item(List.of(shown));
    }

    void evidence(Supplier<Uni<List<GenerationEvidence>>> supplier) {
        evidence = supplier;
    }

    void outcomes(Supplier<Uni<OutcomeEvidence>> supplier) {
        outcomes = supplier;
    }

    void away(boolean changed) {
        away = changed;
    }

    void delete() {
        gone = true;
    }

    Experiment experiment() {
        return locked.experiment();
    }

    RampState ramp() {
        return Ramp.of(Objects.requireNonNull(locked.ramp())).state();
    }

    /** How often evidence was asked for. */
    int asked() {
        return asked.get();
    }

    List<AuditEntry> events() {
        return List.copyOf(events);
    }

    List<String> actions() {
        return events.stream().map(event -> event.action().wireName()).toList();
    }

    /** How many rows of kept evidence were written. */
    int written() {
        return written.get();
    }

    /** What is kept of earlier evaluations. */
    List<KeptEvidence> kept() {
        return List.copyOf(kept.values());
    }

    /** A person clears a breach, as the database would. */
    void clear(GuardrailMetric metric) {
        kept.computeIfPresent(metric, (same, was) -> ClearedEvidence.of(was));
    }

    private final RolloutExperiments.Memory memory = new RolloutExperiments.Memory() {
        @Override
        public Uni<List<KeptEvidence>> kept(String testId) {
            return Uni.createFrom().item(List.copyOf(kept.values()));
        }

        @Override
        public Uni<Void> keep(String testId, List<KeptEvidence> evidence) {
            evidence.forEach(each -> kept.put(each.metric(), each));
            written.addAndGet(evidence.size());
            return Uni.createFrom().voidItem();
        }
    };

    RolloutExperiments calls() {
        return new RolloutExperiments(
                this::known,
                this::ramps,
                this::evidence,
                memory,
                (experiment, evidence) -> outcomes.get(),
                this::change,
                this::alert);
    }

    private List<Experiment> known() {
        return gone ? List.of() : List.of(locked.experiment());
    }

    private Uni<Map<String, PersistedRamp>> ramps() {
        if (away) {
            return Uni.createFrom().failure(AwayDatabase.failure());
        }
        Map<String, PersistedRamp> ramps = new HashMap<>();
        if (locked.ramp() != null) {
            ramps.put(locked.experiment().testId(), locked.ramp());
        }
        return Uni.createFrom().item(ramps);
    }

    private Uni<List<GenerationEvidence>> evidence(String testId) {
        asked.incrementAndGet();
        return evidence.get();
    }

    private Uni<EditResult> change(String testId, long generation, Function<LockedExperiment, Change> rule) {
        return Uni.createFrom().item(() -> {
            if (locked.experiment().generation() != generation) {
                return new EditResult.Conflict("another generation");
            }
            return switch (rule.apply(locked)) {
                case Change.None none -> new EditResult.Unchanged(locked.experiment());
                case Change.Refused refused -> new EditResult.Conflict(refused.why());
                case Change.To to -> write(to);
            };
        });
    }

    private EditResult write(Change.To to) {
        Experiment after = to.experiment().withGeneration(locked.generationOf(to.experiment()));
        locked = new LockedExperiment(after, to.ramp());
        events.addAll(to.entries());
        return new EditResult.Done(after);
    }

    private Uni<Void> alert(String testId, long generation, Map<String, String> state, AuditEntry entry) {
        events.add(entry);
        return Uni.createFrom().voidItem();
    }
}
