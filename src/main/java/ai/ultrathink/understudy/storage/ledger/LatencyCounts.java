package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Forward passes of a batch by hour, arm, kind and bucket: what the database's function {@code ab_test_passes} says of each row. */
final class LatencyCounts {

    /** Entry, arm, kind, bucket and count. */
    static final List<String> TYPES = List.of("integer[]", "varchar[]", "varchar[]", "integer[]", "bigint[]");

    private record Hour(LedgerEntry.Part part, Instant start) {}

    private record Pass(int place, Variant arm, String kind, int bucket) {}

    private final Map<Hour, Integer> places = new HashMap<>();
    private final Map<Pass, Long> counts = new LinkedHashMap<>();

    void add(CountedRow counted, LedgerEntry entry) {
        int place =
                places.computeIfAbsent(new Hour(entry.key().part(), entry.key().hour()), hour -> entry.place());
        Outcome control = counted.row.control();
        Outcome treatment = counted.row.treatment();
        if (counted.row.assigned() != Group.TREATMENT) {
            if (control instanceof Outcome.Answered answered) {
                String kind = counted.controlLate ? "late" : counted.controlQueued ? "spoilt" : "answered";
                count(place, Variant.CONTROL, kind, LogHistogram.bucket(answered.latencyMillis()));
            } else if (control instanceof Outcome.TimedOut && !counted.controlQueued) {
                count(place, Variant.CONTROL, "timeout", LogHistogram.LAST_BUCKET);
            }
        }
        if (counted.row.assigned() != Group.CONTROL) {
            if (treatment instanceof Outcome.Answered answered) {
                count(place, Variant.TREATMENT, "answered", LogHistogram.bucket(answered.latencyMillis()));
            } else if (treatment instanceof Outcome.TimedOut) {
                count(place, Variant.TREATMENT, "timeout", LogHistogram.LAST_BUCKET);
            }
        }
        if (isPair(counted)) {
            count(
                    place,
                    Variant.CONTROL,
                    "paired",
                    counted.controlLate ? LogHistogram.LAST_BUCKET : bucketOrLast(control));
            count(place, Variant.TREATMENT, "paired", bucketOrLast(treatment));
        }
    }

    /** Whether a row of a split says how long both models took. */
    private static boolean isPair(CountedRow counted) {
        return !counted.shadow
                && (counted.pair
                        || (counted.row.pairing() == Pairing.PAIRED
                                && hasTime(counted.row.control())
                                && hasTime(counted.row.treatment())));
    }

    private static boolean hasTime(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered || outcome instanceof Outcome.TimedOut;
    }

    private static int bucketOrLast(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered
                ? LogHistogram.bucket(answered.latencyMillis())
                : LogHistogram.LAST_BUCKET;
    }

    private void count(int place, Variant arm, String kind, int bucket) {
        counts.merge(new Pass(place, arm, kind, bucket), 1L, Long::sum);
    }

    List<Object> arrays() {
        Set<Pass> passes = counts.keySet();
        return List.of(
                passes.stream().map(Pass::place).toArray(Integer[]::new),
                passes.stream().map(pass -> pass.arm().wireName()).toArray(String[]::new),
                passes.stream().map(Pass::kind).toArray(String[]::new),
                passes.stream().map(Pass::bucket).toArray(Integer[]::new),
                counts.values().toArray(Long[]::new));
    }
}
