package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.experiment.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a generation: minutes, and hours once they are two hours old. (The ledger merges older hours when it is read.) */
final class BlockTally {

    private static final Instant BEGIN = Instant.parse("2026-11-24T12:00:00Z");
    private static final long HOUR = 60;
    private static final long KEPT = 120;

    private final List<Sums> past = new ArrayList<>();
    private Sums present = new Sums(-1);

    private static final class Counts {

        private long requests;
        private long failures;
        private long failingUnits;

        private void add(Counts other) {
            requests += other.requests;
            failures += other.failures;
            failingUnits += other.failingUnits;
        }

        private Block.Arm arm() {
            return new Block.Arm(requests, failures, failingUnits);
        }
    }

    private static final class Sums {

        private final long minute;
        private final Counts control = new Counts();
        private final Counts treatment = new Counts();
        private final Counts secondControl = new Counts();
        private final Counts secondTreatment = new Counts();
        private long pairs;
        private long agreeing;
        private long controlOnly;
        private long treatmentOnly;

        private Sums(long minute) {
            this.minute = minute;
        }

        private void add(Sums other) {
            pairs += other.pairs;
            agreeing += other.agreeing;
            control.add(other.control);
            treatment.add(other.treatment);
            secondControl.add(other.secondControl);
            secondTreatment.add(other.secondTreatment);
            controlOnly += other.controlOnly;
            treatmentOnly += other.treatmentOnly;
        }

        private Block block() {
            return new Block(
                    BEGIN.plusSeconds(60 * minute),
                    pairs,
                    agreeing,
                    control.arm(),
                    treatment.arm(),
                    controlOnly,
                    treatmentOnly,
                    secondControl.arm(),
                    secondTreatment.arm());
        }
    }

    /** Before the counts of a row. */
    void row(SimulatedRow row) {
        if (row.minute() != present.minute) {
            close();
            present = new Sums(row.minute());
        }
    }

    private void close() {
        if (present.minute >= 0) {
            past.add(present);
            fold(present.minute);
        }
    }

    /** Hours that ended two hours ago become one block each. */
    void fold(long now) {
        for (int index = past.size() - 1; index > 0; index--) {
            Sums later = past.get(index);
            Sums earlier = past.get(index - 1);
            long hour = later.minute / HOUR;
            if (earlier.minute / HOUR == hour && (hour + 1) * HOUR + KEPT <= now) {
                earlier.add(later);
                past.remove(index);
            }
        }
    }

    void request(Variant arm, boolean failed, boolean firstOfUnit) {
        Counts counts = arm == Variant.CONTROL ? present.control : present.treatment;
        counts.requests++;
        counts.failures += failed ? 1 : 0;
        counts.failingUnits += firstOfUnit ? 1 : 0;
    }

    /** The second model of a pair in a split. */
    void second(Variant model, boolean failed) {
        Counts counts = model == Variant.CONTROL ? present.secondControl : present.secondTreatment;
        counts.requests++;
        counts.failures += failed ? 1 : 0;
    }

    void pair(boolean agrees) {
        present.pairs++;
        present.agreeing += agrees ? 1 : 0;
    }

    /** A unit of which, for the first time, exactly one model failed a request. */
    void discordant(Variant failed) {
        present.controlOnly += failed == Variant.CONTROL ? 1 : 0;
        present.treatmentOnly += failed == Variant.TREATMENT ? 1 : 0;
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>(past.size() + 1);
        past.forEach(sums -> blocks.add(sums.block()));
        if (present.minute >= 0) {
            blocks.add(present.block());
        }
        return blocks;
    }
}
