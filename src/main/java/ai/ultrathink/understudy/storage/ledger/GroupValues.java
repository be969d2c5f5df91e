package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.stats.GroupSums;
import java.util.EnumMap;
import java.util.Map;

/** The values of a group of rows, by quantity. */
final class GroupValues {

    /** How many values there are, their sum, and the sum of their squares. */
    static final class Sums {

        private long count;
        private double sum;
        private double squares;

        void add(double value) {
            count++;
            sum += value;
            squares += value * value;
        }

        long count() {
            return count;
        }

        double sum() {
            return sum;
        }

        double squares() {
            return squares;
        }

        /** As one group; there are values. */
        GroupSums asGroup() {
            return new GroupSums(1, count, sum, squares, (double) count * count, count * sum, sum * sum);
        }
    }

    private static final Quantity[] QUANTITIES = Quantity.values();

    private final Map<Quantity, Sums> sums = new EnumMap<>(Quantity.class);

    void add(CountedRow counted) {
        for (Quantity quantity : QUANTITIES) {
            if (counted.has(quantity)) {
                of(quantity).add(counted.value(quantity));
            }
        }
    }

    Sums of(Quantity quantity) {
        return sums.computeIfAbsent(quantity, absent -> new Sums());
    }
}
