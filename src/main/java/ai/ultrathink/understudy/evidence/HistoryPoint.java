package ai.ultrathink.understudy.evidence;

import java.time.Instant;

/**
 * A point in the history of an experiment.
 *
 * @param time when it was stored, by the database's clock
 */
public record HistoryPoint(Instant time, EvaluationSnapshot evaluation) {

    /**
     * A point without its content.
     *
     * @param changed whether the verdict, a state or the generation was another than in the point before
     */
    public record Mark(Instant time, boolean changed) {}
}
