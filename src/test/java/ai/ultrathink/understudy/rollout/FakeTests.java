package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.AwayDatabase;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredRamp;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** One test in memory, changed as the database would change it. */
final class FakeTests implements Tests {

    private final List<Deed> events = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private Standing standing;
    private Supplier<Uni<List<GenerationEvidence>>> evidence =
            () -> Uni.createFrom().item(List.of());
    private boolean gone;
    private boolean away;

    FakeTests(Experiment test) {
        standing = new Standing(test, null);
    }

    /** Somebody else changes the test while it is being looked at. */
    void becomes(Experiment changed) {
        standing = new Standing(changed, standing.ramp());
    }

    void ramp(StoredRamp ramp) {
        standing = new Standing(standing.test(), ramp);
    }

    void ramp(Ramp ramp) {
        standing = new Standing(standing.test(), ramp.stored());
    }

    void shows(GenerationEvidence... shown) {
        evidence = () -> Uni.createFrom().item(List.of(shown));
    }

    void evidence(Supplier<Uni<List<GenerationEvidence>>> supplier) {
        evidence = supplier;
    }

    void away(boolean changed) {
        away = changed;
    }

    void delete() {
        gone = true;
    }

    Experiment test() {
        return standing.test();
    }

    RampState ramp() {
        return Ramp.of(Objects.requireNonNull(standing.ramp())).state();
    }

    /** How often evidence was asked for. */
    int asked() {
        return asked.get();
    }

    List<Deed> events() {
        return List.copyOf(events);
    }

    List<String> actions() {
        return events.stream().map(Deed::action).toList();
    }

    @Override
    public List<Experiment> known() {
        return gone ? List.of() : List.of(standing.test());
    }

    @Override
    public Uni<Map<String, StoredRamp>> ramps() {
        if (away) {
            return Uni.createFrom().failure(AwayDatabase.failure());
        }
        Map<String, StoredRamp> ramps = new HashMap<>();
        if (standing.ramp() != null) {
            ramps.put(standing.test().testId(), standing.ramp());
        }
        return Uni.createFrom().item(ramps);
    }

    @Override
    public Uni<List<GenerationEvidence>> evidence(String testId) {
        asked.incrementAndGet();
        return evidence.get();
    }

    @Override
    public Uni<Edit> change(String testId, long generation, Function<Standing, Change> rule) {
        return Uni.createFrom().item(() -> {
            if (standing.test().generation() != generation) {
                return new Edit.Conflict("another generation");
            }
            return switch (rule.apply(standing)) {
                case Change.None none -> new Edit.Unchanged(standing.test());
                case Change.Refused refused -> new Edit.Conflict(refused.why());
                case Change.To to -> write(to);
            };
        });
    }

    private Edit write(Change.To to) {
        Experiment after = to.test().withGeneration(standing.generationOf(to.test()));
        standing = new Standing(after, to.ramp());
        events.addAll(to.deeds());
        return new Edit.Done(after);
    }

    @Override
    public Uni<Void> alert(String testId, long generation, Map<String, String> state, Deed deed) {
        events.add(deed);
        return Uni.createFrom().voidItem();
    }
}
