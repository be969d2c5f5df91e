package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.EvaluationSnapshot;
import ai.ultrathink.understudy.evidence.HistoryPoint;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A history of one test in memory. */
final class FakeHistory implements EvaluationHistory.Points {

    private final List<EvaluationSnapshot> points = new ArrayList<>();
    private final List<Boolean> changed = new ArrayList<>();
    private Uni<Void> add = Uni.createFrom().voidItem();

    /** What becomes of each attempt to add a point. */
    void add(Uni<Void> outcome) {
        add = outcome;
    }

    List<EvaluationSnapshot> points() {
        return List.copyOf(points);
    }

    /** Of each point, whether something had changed. */
    List<Boolean> changed() {
        return List.copyOf(changed);
    }

    @Override
    public Uni<Optional<HistoryPoint>> last(String testId) {
        return Uni.createFrom()
                .item(
                        points.isEmpty()
                                ? Optional.empty()
                                : Optional.of(new HistoryPoint(Instant.EPOCH, points.getLast())));
    }

    @Override
    public Uni<Void> add(String testId, EvaluationSnapshot evaluation, boolean differs) {
        return add.invoke(() -> {
            points.add(evaluation);
            changed.add(differs);
        });
    }
}
