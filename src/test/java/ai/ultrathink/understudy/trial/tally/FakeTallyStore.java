package ai.ultrathink.understudy.trial.tally;

import ai.ultrathink.understudy.evidence.TallyRow;
import ai.ultrathink.understudy.storage.db.AwayDatabase;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;

/** Takes tallies as the database does, or fails as a test says. */
public final class FakeTallyStore {

    private final List<List<TallyRow>> stored = new ArrayList<>();
    private boolean away;
    private boolean refusing;

    public Uni<Void> store(List<TallyRow> rows) {
        if (away) {
            return Uni.createFrom().failure(AwayDatabase.failure());
        }
        if (refusing) {
            return Uni.createFrom().failure(new IllegalStateException("permission denied"));
        }
        stored.add(rows);
        return Uni.createFrom().voidItem();
    }

    void away(boolean changed) {
        away = changed;
    }

    void refusing(boolean changed) {
        refusing = changed;
    }

    /** What each attempt that succeeded brought. */
    List<List<TallyRow>> stored() {
        return stored;
    }

    /** The one row of the last attempt that succeeded. */
    TallyRow last() {
        List<TallyRow> rows = stored.getLast();
        if (rows.size() != 1) {
            throw new AssertionError(rows);
        }
        return rows.getFirst();
    }
}
