package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.outcome.Observation;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** A table that takes every batch at once and keeps nothing. */
public final class InstantResults extends ResultStore {

    @SuppressWarnings("NullAway") // no database is asked
    public InstantResults() {
        super(null, null);
    }

    @Override
    public Uni<Integer> insert(List<Observation> batch) {
        return Uni.createFrom().item(batch.size());
    }
}
