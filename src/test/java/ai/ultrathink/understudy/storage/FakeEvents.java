package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of events that is there, away, or does not like what it gets. */
final class FakeEvents {

    private final List<AutomaticEvent> stored = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean away;
    private volatile boolean refusing;

    Uni<Void> record(AutomaticEvent event) {
        attempts.incrementAndGet();
        if (away) {
            return Uni.createFrom().failure(AwayDatabase.failure());
        }
        if (refusing) {
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

    List<AutomaticEvent> stored() {
        return stored;
    }

    int attempts() {
        return attempts.get();
    }
}
