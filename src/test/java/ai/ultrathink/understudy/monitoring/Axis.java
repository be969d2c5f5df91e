package ai.ultrathink.understudy.monitoring;

import java.util.List;
import java.util.stream.LongStream;

/** A range of values with round marks in it. */
record Axis(double from, double to, double step) {

    private static final int MARKS = 4;

    /** Around values, with bounds that win over them where they are numbers. */
    static Axis around(double least, double most, Panel.Field field) {
        double from = Double.isNaN(field.min()) ? least : Math.min(field.min(), least);
        double to = Double.isNaN(field.max()) ? most : Math.max(field.max(), most);
        if (to <= from) {
            to = from + (from == 0 ? 1 : Math.abs(from) / 10);
        }
        double step = round((to - from) / MARKS);
        return new Axis(Math.floor(from / step) * step, Math.ceil(to / step - 1e-9) * step, step);
    }

    /** The next of 1, 2, 5, 10, 20, 50 … */
    private static double round(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double rest = rough / power;
        return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
    }

    List<Double> marks() {
        return LongStream.rangeClosed(0, Math.round((to - from) / step))
                .mapToObj(mark -> from + mark * step)
                .toList();
    }

    /** Where a value lies: 0 at the beginning, 1 at the end. */
    double share(double value) {
        return (value - from) / (to - from);
    }
}
