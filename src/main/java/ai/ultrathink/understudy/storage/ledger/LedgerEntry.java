package ai.ultrathink.understudy.storage.ledger;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What the rows of a batch add to one entry of {@code ab_test_account}: those of one minute, generation and pair of versions. */
final class LedgerEntry {

    /** The rows that are compared with each other: those of a generation and one version of each model. */
    record Part(String testId, long generation, String controlDigest, String treatmentDigest) {

        static Part of(CountedRow counted) {
            return new Part(
                    counted.row.testId(),
                    counted.row.generation(),
                    CountedRow.digest(counted.row.controlModel()),
                    CountedRow.digest(counted.row.treatmentModel()));
        }
    }

    record Key(Part part, Instant minute) {

        static Key of(CountedRow counted) {
            return new Key(Part.of(counted), counted.row.time().truncatedTo(ChronoUnit.MINUTES));
        }

        Instant hour() {
            return minute.truncatedTo(ChronoUnit.HOURS);
        }
    }

    private static final LedgerColumn[] COLUMNS = LedgerColumn.values();

    private final Key key;
    private final int place;
    private final double[] sums = new double[COLUMNS.length];
    private final double[] squares = new double[COLUMNS.length];
    private @Nullable String controlVersion;
    private @Nullable String treatmentVersion;
    private @Nullable Double configuredSplit;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    /** @param place in the array of entries, from 1 */
    LedgerEntry(Key key, int place) {
        this.key = key;
        this.place = place;
    }

    int place() {
        return place;
    }

    Key key() {
        return key;
    }

    void add(CountedRow counted) {
        for (int i = 0; i < COLUMNS.length; i++) {
            double value = COLUMNS[i].of(counted);
            sums[i] += value;
            squares[i] += value * value;
        }
        controlVersion = later(controlVersion, CountedRow.identity(counted.row.controlModel()));
        treatmentVersion = later(treatmentVersion, CountedRow.identity(counted.row.treatmentModel()));
        configuredSplit = later(configuredSplit, counted.row.configuredSplit());
        Instant time = counted.row.time();
        first = time.isBefore(first) ? time : first;
        last = time.isAfter(last) ? time : last;
    }

    private static <T extends Comparable<T>> @Nullable T later(@Nullable T one, @Nullable T other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? other : one;
    }

    /** As an object with the names of the columns; what is 0 is left out. */
    JsonObject json() {
        JsonObject entry = new JsonObject()
                .put("test_id", key.part().testId())
                .put("generation", key.part().generation())
                .put("control_digest", key.part().controlDigest())
                .put("treatment_digest", key.part().treatmentDigest())
                .put("hour", key.hour().toString())
                .put("block", key.minute().atOffset(ZoneOffset.UTC).getMinute())
                .put("control_version", controlVersion)
                .put("treatment_version", treatmentVersion)
                .put("configured_split", configuredSplit)
                .put("first_time", first.truncatedTo(ChronoUnit.MICROS).toString())
                .put("last_time", last.truncatedTo(ChronoUnit.MICROS).toString());
        for (int i = 0; i < COLUMNS.length; i++) {
            put(entry, COLUMNS[i].column(), sums[i], COLUMNS[i].isCount());
            if (COLUMNS[i].keepsSquares()) {
                put(entry, COLUMNS[i].column() + "sq", squares[i], false);
            }
        }
        return entry;
    }

    private static void put(JsonObject entry, String column, double sum, boolean count) {
        if (sum != 0) {
            entry.put(column, count ? (Number) (long) sum : (Number) sum);
        }
    }
}
