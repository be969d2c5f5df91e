package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.outcome.Observation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Puts the two entries of a shadow together again. One that is not closed in time (the process was killed in between, or
 * the closing entry was refused) becomes a row without a treatment. Not thread-safe.
 */
final class ShadowJoin {

    private record Waiting(Observation observation, long sequence, long sinceNanos) {}

    private final Map<UUID, Waiting> waiting = new LinkedHashMap<>();

    /** An observation that waits for its treatment from now on. */
    void open(Observation observation, long sequence, long nowNanos) {
        waiting.put(observation.rowId(), new Waiting(observation, sequence, nowNanos));
    }

    /** The whole observation; empty when none waits under that id, because it has been given up already. */
    Optional<Observation> close(Entry.Closed closed) {
        return Optional.ofNullable(waiting.remove(closed.rowId()))
                .map(opened -> opened.observation().withTreatment(closed.treatment()));
    }

    /**
     * Gives up what waits since before {@code allowedNanos} ago, or was opened below a sequence (by an earlier process,
     * which will not close it any more).
     */
    List<Observation> giveUp(long nowNanos, long allowedNanos, long belowSequence) {
        List<Observation> given = new ArrayList<>();
        Iterator<Waiting> oldestFirst = waiting.values().iterator();
        while (oldestFirst.hasNext()) {
            Waiting opened = oldestFirst.next();
            if (nowNanos - opened.sinceNanos < allowedNanos && opened.sequence >= belowSequence) {
                break;
            }
            given.add(opened.observation());
            oldestFirst.remove();
        }
        return given;
    }

    /** The lowest sequence that still waits, or {@code otherwise}: nothing from there on may be released. */
    long lowest(long otherwise) {
        // what waits in memory has a sequence above all others, and says nothing about the log
        return waiting.values().stream().mapToLong(Waiting::sequence).reduce(otherwise, Math::min);
    }

    int size() {
        return waiting.size();
    }
}
