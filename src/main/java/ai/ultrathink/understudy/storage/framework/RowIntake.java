package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.storage.framework.ImportTarget.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Takes in the rows of one test in their order of time: checks each, gives it its id, stores them in batches, and counts. */
final class RowIntake {

    private static final int BATCH = 1_000;

    /** After so many rows the ledger is folded, and the progress told. */
    private static final int MILESTONE = 50_000;

    private final FrameworkExperiment test;
    private final Standing.Begun begun;
    private final Instant since;
    private final Instant until;
    private final @Nullable Runnable fold;
    private final ToLongFunction<List<AcceptedRow>> store;

    private final List<AcceptedRow> batch = new ArrayList<>(BATCH);
    private final Map<RowRefusal, Long> refused = new EnumMap<>(RowRefusal.class);
    /** How many rows of each content there were, among those of one time and request. */
    private final Map<String, Integer> places = new HashMap<>();

    private @Nullable FrameworkRow last;
    private long read;
    private long stored;
    private long known;

    /**
     * @param begun what was taken before
     * @param since the earliest time of rows that are kept here
     * @param until the time from which rows are in the future
     * @param fold folds the ledger, or null in a dry run
     * @param store stores rows and returns how many were new
     */
    RowIntake(
            FrameworkExperiment test,
            Standing.Begun begun,
            Instant since,
            Instant until,
            @Nullable Runnable fold,
            ToLongFunction<List<AcceptedRow>> store) {
        this.test = test;
        this.begun = begun;
        this.since = since;
        this.until = until;
        this.fold = fold;
        this.store = store;
    }

    void take(FrameworkRow row) {
        read++;
        Optional<RowRefusal> refusal = refusal(row);
        if (refusal.isPresent()) {
            refused.merge(refusal.get(), 1L, Long::sum);
        } else if (begun.removed(row.time())) {
            known++;
        } else {
            batch.add(new AcceptedRow(row.id(place(row)), row, test));
            if (batch.size() == BATCH) {
                storeBatch();
            }
        }
        if (fold != null && atMilestone()) {
            fold.run();
        }
    }

    private Optional<RowRefusal> refusal(FrameworkRow row) {
        if (row.time().isBefore(since)) {
            return Optional.of(RowRefusal.TOO_OLD);
        }
        return row.time().isBefore(until) ? row.refusal() : Optional.of(RowRefusal.IN_THE_FUTURE);
    }

    private int place(FrameworkRow row) {
        if (last == null || !last.time().equals(row.time()) || !last.requestId().equals(row.requestId())) {
            places.clear();
        }
        last = row;
        return places.merge(row.content(), 1, Integer::sum);
    }

    private void storeBatch() {
        long fresh = store.applyAsLong(batch);
        stored += fresh;
        known += batch.size() - fresh;
        batch.clear();
    }

    boolean atMilestone() {
        return read % MILESTONE == 0;
    }

    long read() {
        return read;
    }

    /** Stores the rest. */
    ImportedExperiment end() {
        if (!batch.isEmpty()) {
            storeBatch();
        }
        return new ImportedExperiment(
                test.testId(), test.mode(), test.configured(), test.rows(), stored, known, refused, null);
    }
}
