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
 * Joins the two entries of a shadow or a pair. An observation that is not closed in time (because the process was
 * killed in between, or the closing entry was rejected) becomes a row without its second model. Not thread-safe.
 */
final class ShadowJoin {

    private record Waiting(Observation observation, Position at, long sinceNanos) {}

    private final Map<UUID, Waiting> waiting = new LinkedHashMap<>();

    /** Adds an observation that waits for its second model. */
    void open(Observation observation, Position at, long nowNanos) {
        waiting.put(observation.rowId(), new Waiting(observation, at, nowNanos));
    }

    /** Returns the complete observation; empty if none waits under that id, because it was given up. */
    Optional<Observation> close(Entry.Closed closed) {
        return Optional.ofNullable(waiting.remove(closed.rowId()))
                .map(opened -> opened.observation().with(closed.second(), closed.outcome()));
    }

    /** Gives up observations that have waited for {@code allowedNanos} or longer. */
    List<Observation> giveUpLate(long nowNanos, long allowedNanos) {
        List<Observation> given = new ArrayList<>();
        Iterator<Waiting> oldestFirst = waiting.values().iterator();
        while (oldestFirst.hasNext()) {
            Waiting opened = oldestFirst.next();
            if (nowNanos - opened.sinceNanos < allowedNanos) {
                break;
            }
            given.add(opened.observation());
            oldestFirst.remove();
        }
        return given;
    }

    /** Gives up observations that an earlier process opened and will never close: the log's entries below a number. */
    List<Observation> giveUpOrphans(long below) {
        List<Observation> given = waiting.values().stream()
                .filter(opened -> opened.at().log() < below)
                .map(Waiting::observation)
                .toList();
        given.forEach(observation -> waiting.remove(observation.rowId()));
        return given;
    }

    /** The position up to which entries may be released: that of the oldest waiting observation, or the one given. */
    Position releasable(Position read) {
        return waiting.values().stream().map(Waiting::at).reduce(read, Position::min);
    }

    int size() {
        return waiting.size();
    }
}
