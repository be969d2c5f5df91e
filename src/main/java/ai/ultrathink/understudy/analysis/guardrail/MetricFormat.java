package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as a sentence has them. */
final class MetricFormat {

    private static final double MOST_ODDS = 1e9;

    private MetricFormat() {}

    /** {@code 1,080}. */
    static String count(long count) {
        return format("#,##0", (double) count);
    }

    /** {@code 85%}, {@code 1.25%}. */
    static String percent(double fraction) {
        return format("#,##0.##", 100 * fraction) + "%";
    }

    /** {@code 0.41}. */
    static String decimal(double number) {
        return format("#,##0.###", number);
    }

    /** {@code +0.41}, {@code -3}, {@code 0}. */
    static String signed(double number) {
        String digits = format("+#,##0.###;-#,##0.###", number);
        return digits.equals("+0") || digits.equals("-0") ? "0" : digits;
    }

    /** A value of a measure: a percentage, milliseconds or a plain number. */
    static String value(GuardrailMetric metric, double value) {
        return switch (metric) {
            case AGREEMENT -> percent(value);
            case P95_LATENCY_DELTA_MS -> signed(value) + " ms";
            case CONFIDENCE_DELTA -> signed(value);
            case SPLIT_DEVIATION, ERROR_RATE_DELTA -> signed(100 * value) + " percentage points";
        };
    }

    /** A limit of a measure: "at least 85%". */
    static String limit(GuardrailMetric metric, double limit) {
        return switch (metric) {
            case AGREEMENT -> "at least " + percent(limit);
            case P95_LATENCY_DELTA_MS -> "at most " + decimal(limit) + " ms";
            case CONFIDENCE_DELTA -> "at most " + decimal(limit) + " either way";
            case SPLIT_DEVIATION -> "at most " + decimal(100 * limit) + " percentage points either way";
            case ERROR_RATE_DELTA -> "at most " + decimal(100 * limit) + " percentage points";
        };
    }

    /** The measure as a subject: "agreement". */
    static String name(GuardrailMetric metric) {
        return switch (metric) {
            case AGREEMENT -> "agreement";
            case P95_LATENCY_DELTA_MS -> "P95 latency difference";
            case CONFIDENCE_DELTA -> "mean confidence difference";
            case SPLIT_DEVIATION -> "split deviation";
            case ERROR_RATE_DELTA -> "error rate difference";
        };
    }

    /** {@code 812 to 1}, of the logarithm of an e-value. */
    static String odds(double logE) {
        double odds = Math.exp(logE);
        return odds > MOST_ODDS ? "more than " + count((long) MOST_ODDS) + " to 1" : decimalOdds(odds) + " to 1";
    }

    private static String decimalOdds(double odds) {
        return odds < 10 ? format("0.##", odds) : count(Math.round(odds));
    }

    private static String format(String pattern, double number) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(number);
    }
}
