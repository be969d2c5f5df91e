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
 * Puts the two entries of a shadow or a pair together again. One that is not closed in time (the process was killed in between,
 * or the closing entry was refused) becomes a row without its second model. Not thread-safe.
 */
final class ShadowJoin {

    private record Waiting(Observation observation, Position at, long sinceNanos) {}

    private final Map<UUID, Waiting> waiting = new LinkedHashMap<>();

    /** An observation that waits for its second model from now on. */
    void open(Observation observation, Position at, long nowNanos) {
        waiting.put(observation.rowId(), new Waiting(observation, at, nowNanos));
    }

    /** The whole observation; empty when none waits under that id, because it has been given up already. */
    Optional<Observation> close(Entry.Closed closed) {
        return Optional.ofNullable(waiting.remove(closed.rowId()))
                .map(opened -> opened.observation().with(closed.second(), closed.outcome()));
    }

    /** Gives up what waits since {@code allowedNanos} ago or longer. */
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

    /** Gives up what an earlier process opened, which will not close it any more: the log's entries below a number. */
    List<Observation> giveUpOrphans(long below) {
        List<Observation> given = waiting.values().stream()
                .filter(opened -> opened.at().log() < below)
                .map(Waiting::observation)
                .toList();
        given.forEach(observation -> waiting.remove(observation.rowId()));
        return given;
    }

    /** What may be released of all that comes before a place: nothing from the oldest that still waits on. */
    Position releasable(Position read) {
        return waiting.values().stream().map(Waiting::at).reduce(read, Position::min);
    }

    int size() {
        return waiting.size();
    }
}
