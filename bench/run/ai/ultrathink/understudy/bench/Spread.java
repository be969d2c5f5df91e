package ai.ultrathink.understudy.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A figure of several rounds: its median, and the lowest and the highest. */
record Spread(double median, double lowest, double highest) {

    static Spread of(DoubleStream rounds) {
        List<Double> sorted = rounds.sorted().boxed().toList();
        return sorted.isEmpty()
                ? new Spread(Double.NaN, Double.NaN, Double.NaN)
                : new Spread(Medians.of(sorted, round -> round), sorted.getFirst(), sorted.getLast());
    }

    /** Such as {@code 0.512 (0.498–0.530)}. */
    String text(String number) {
        return "%s (%s–%s)".formatted(written(number, median), written(number, lowest), written(number, highest));
    }

    private static String written(String number, double value) {
        return String.format(Locale.ROOT, number, value);
    }
}
