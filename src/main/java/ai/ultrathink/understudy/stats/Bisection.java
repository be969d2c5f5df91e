package ai.ultrathink.understudy.stats;

import java.util.function.DoublePredicate;

/** Finds the point at which a predicate changes from true to false. The predicate must change exactly once. */
final class Bisection {

    private Bisection() {}

    /**
     * The last double for which the predicate holds, so that the end of an interval is never too far inside.
     *
     * @param holds a value for which it holds; may be above or below {@code fails}
     * @param fails a value for which it does not hold
     */
    static double last(double holds, double fails, DoublePredicate predicate) {
        double inside = holds;
        double outside = fails;
        while (true) {
            double middle = inside + (outside - inside) / 2;
            if (middle == inside || middle == outside) {
                return inside;
            }
            if (predicate.test(middle)) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
    }
}
