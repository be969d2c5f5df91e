package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Fallback;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts the predictions of one experiment, or of none, by what they were assigned to, who served them and why. A cell for each
 * combination, because looking a meter up by its labels costs more than a prediction's share of a batch.
 */
final class PredictionCounters {

    private static final String NONE = "none";
    private static final int GROUPS = Group.values().length + 1;
    private static final int SERVERS = Variant.values().length + 1;
    private static final int FALLBACKS = Fallback.values().length + 1;

    private final RemovableMeters meters;
    private final AtomicReferenceArray<Counter> cells = new AtomicReferenceArray<>(GROUPS * SERVERS * FALLBACKS);

    PredictionCounters(RemovableMeters meters) {
        this.meters = meters;
    }

    void count(@Nullable Group group, @Nullable Variant servedBy, @Nullable Fallback fallback) {
        counter(group, servedBy, fallback).increment();
    }

    /** The counter of a combination. Asked for before its first prediction, it is exported with 0 until then. */
    Counter counter(@Nullable Group group, @Nullable Variant servedBy, @Nullable Fallback fallback) {
        int cell = (place(group) * SERVERS + place(servedBy)) * FALLBACKS + place(fallback);
        Counter there = cells.get(cell);
        if (there != null) {
            return there;
        }
        // two threads may both come here: the registry gives both the same
        Counter made = meters.counter(
                ServiceMetric.PREDICTIONS,
                "group",
                group == null ? NONE : group.wireName(),
                "served_by",
                servedBy == null ? NONE : servedBy.wireName(),
                "outcome",
                servedBy == null ? "unavailable" : "answered",
                "fallback",
                fallback == null ? NONE : fallback.wireName());
        cells.set(cell, made);
        return made;
    }

    @SuppressWarnings("EnumOrdinal") // an index into a private array that is not stored
    private static int place(@Nullable Enum<?> value) {
        return value == null ? 0 : value.ordinal() + 1;
    }
}
