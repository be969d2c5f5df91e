package ai.ultrathink.understudy.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle of several runs, which one bad neighbour does not move. */
final class Medians {

    private Medians() {}

    static <T> double of(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
