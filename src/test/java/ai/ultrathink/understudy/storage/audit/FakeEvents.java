package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.storage.db.AwayDatabase;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of events that is there, away, or does not like what it gets. */
final class FakeEvents {

    private final List<AutomaticEntry> stored = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean away;
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean refusing;
    private volatile Set<String> poison = Set.of();

    Uni<Void> record(AutomaticEntry event) {
        attempts.incrementAndGet();
        if (away) {
            return Uni.createFrom().failure(AwayDatabase.failure());
        }
        if (poison.contains(event.reason())) {
            return Uni.createFrom().failure(AwayDatabase.failure());
        }
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0 || refusing) {
            return Uni.createFrom().failure(new IllegalStateException("value too long"));
        }
        stored.add(event);
        return Uni.createFrom().voidItem();
    }

    FakeEvents away(boolean changed) {
        away = changed;
        return this;
    }

    FakeEvents refusing(boolean changed) {
        refusing = changed;
        return this;
    }

    void refuse(int times) {
        refusals.set(times);
    }

    /** @param reasons those of the events to which this database never answers */
    void poison(String... reasons) {
        poison = Set.of(reasons);
    }

    List<AutomaticEntry> stored() {
        return stored;
    }

    int attempts() {
        return attempts.get();
    }
}
