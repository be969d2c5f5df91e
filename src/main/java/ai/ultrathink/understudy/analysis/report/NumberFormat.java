package ai.ultrathink.understudy.analysis.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats figures: four significant digits, a real minus, and a dash where there is no figure. */
final class NumberFormat {

    static final String NOTHING = "–";

    private static final MathContext DIGITS = new MathContext(4);
    private static final double SMALL = 1e-4;
    private static final double LARGE = 1e7;

    private NumberFormat() {}

    static String number(@Nullable Double figure) {
        if (figure == null || !Double.isFinite(figure)) {
            return NOTHING;
        }
        BigDecimal rounded = BigDecimal.valueOf(figure).round(DIGITS).stripTrailingZeros();
        double size = Math.abs(figure);
        String digits = size == 0 || (size >= SMALL && size < LARGE)
                ? rounded.toPlainString()
                : rounded.toString().toLowerCase(Locale.ROOT);
        return digits.startsWith("-") ? "−" + digits.substring(1) : digits;
    }

    static String count(@Nullable Long count) {
        return count == null ? NOTHING : String.format(Locale.ROOT, "%,d", count);
    }

    /** The same; a difference that is greater than 0 gets a plus sign. */
    static String number(@Nullable Double figure, boolean difference) {
        String digits = number(figure);
        return difference && figure != null && Double.isFinite(figure) && figure > 0 ? "+" + digits : digits;
    }

    static String interval(@Nullable Double lower, @Nullable Double upper, boolean difference) {
        return lower == null && upper == null
                ? NOTHING
                : number(lower, difference) + " to " + number(upper, difference);
    }
}
