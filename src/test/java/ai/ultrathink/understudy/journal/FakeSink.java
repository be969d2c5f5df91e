package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.outcome.Observation;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A table in memory. It holds batches back until it is told to go on, and answers each as a test likes. */
final class FakeSink implements ResultDelivery.Sink {

    private final List<List<Observation>> batches = new ArrayList<>();
    private final List<Observation> stored = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private Function<List<Observation>, Uni<Integer>> answering = this::store;
    private boolean holding;
    private int cancelled;

    @Override
    public synchronized Uni<Integer> insert(List<Observation> batch) {
        List<Observation> sent = List.copyOf(batch);
        batches.add(sent);
        if (!holding) {
            return answering.apply(sent);
        }
        return Uni.createFrom().emitter(emitter -> {
            emitter.onTermination(this::cancelled);
            synchronized (this) {
                held.add(() -> answering.apply(sent).subscribe().with(emitter::complete, emitter::fail));
            }
        });
    }

    /** The table's usual answer. */
    synchronized Uni<Integer> store(List<Observation> batch) {
        stored.addAll(batch);
        return Uni.createFrom().item(batch.size());
    }

    synchronized void answer(Function<List<Observation>, Uni<Integer>> changed) {
        answering = changed;
    }

    synchronized void hold() {
        holding = true;
    }

    synchronized int held() {
        return held.size();
    }

    /** Answers one of the batches that are held; 0 is the one that came first. */
    void release(int index) {
        Runnable released;
        synchronized (this) {
            released = held.remove(index);
        }
        released.run();
    }

    /** Answers what is held, now and from now on. */
    void releaseAll() {
        List<Runnable> released;
        synchronized (this) {
            holding = false;
            released = List.copyOf(held);
            held.clear();
        }
        released.forEach(Runnable::run);
    }

    private synchronized void cancelled() {
        cancelled++;
    }

    /** How many of the batches that are held nobody waits for any more. */
    synchronized int abandoned() {
        return cancelled;
    }

    synchronized List<Observation> stored() {
        return List.copyOf(stored);
    }

    /** The requests whose observations are stored, in the order of storing. */
    List<String> requests() {
        return stored().stream().map(Observation::requestId).toList();
    }

    synchronized List<Integer> batchSizes() {
        return batches.stream().map(List::size).toList();
    }
}
