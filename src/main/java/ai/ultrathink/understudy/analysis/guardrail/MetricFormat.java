package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.stats.Interval;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats numbers for sentences: thousands separated, a sign only on differences, and a real minus. */
final class MetricFormat {

    private static final double LARGEST_RATIO = 1e9;

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

    /** {@code +0.41}, {@code −3}, {@code 0}. */
    static String signed(double number) {
        String digits = format("+#,##0.###;−#,##0.###", number);
        return digits.equals("+0") || digits.equals("−0") ? "0" : digits;
    }

    /** Earnings in percent, which may be small: {@code −0.000213}, {@code +1.02}. */
    static String fine(double number) {
        String digits = format("+#,##0.######;−#,##0.######", number);
        return digits.equals("+0") || digits.equals("−0") ? "0" : digits;
    }

    /** A value of a metric: a percentage, milliseconds, percentage points or a plain number. */
    static String value(GuardrailMetric metric, double value) {
        return number(metric, value) + unit(metric);
    }

    /** An interval with its confidence: {@code 99.8% interval −0.14 to +0.07 ms}; an open end is "below" or "above". */
    static String interval(GuardrailMetric metric, double alpha, Interval interval) {
        boolean low = Double.isFinite(interval.low());
        boolean high = Double.isFinite(interval.high());
        if (!low && !high) {
            return "no interval yet";
        }
        String range = low && high
                ? number(metric, interval.low()) + " to " + number(metric, interval.high())
                : low ? "above " + number(metric, interval.low()) : "below " + number(metric, interval.high());
        return format("0.######", 100 * (1 - alpha)) + "% interval " + range + unit(metric);
    }

    private static String number(GuardrailMetric metric, double value) {
        return switch (metric) {
            case AGREEMENT -> percent(value);
            case P95_LATENCY_DELTA_MS, CONFIDENCE_DELTA -> signed(value);
            case SPLIT_DEVIATION, ERROR_RATE_DELTA -> signed(100 * value);
            case OUTCOME_DELTA -> fine(100 * value);
        };
    }

    private static String unit(GuardrailMetric metric) {
        return switch (metric) {
            case AGREEMENT, CONFIDENCE_DELTA -> "";
            case P95_LATENCY_DELTA_MS -> " ms";
            case SPLIT_DEVIATION, ERROR_RATE_DELTA -> " percentage points";
            case OUTCOME_DELTA -> "%";
        };
    }

    /** {@code 1 percentage point}, {@code 2 percentage points}. */
    private static String points(double number) {
        String digits = decimal(number);
        return digits + (digits.equals("1") ? " percentage point" : " percentage points");
    }

    /** A limit of a metric, such as "at least 85%". */
    static String limit(GuardrailMetric metric, double limit) {
        return switch (metric) {
            case AGREEMENT -> "at least " + percent(limit);
            case P95_LATENCY_DELTA_MS -> "at most " + decimal(limit) + " ms";
            case CONFIDENCE_DELTA -> "at most " + decimal(limit) + " either way";
            case SPLIT_DEVIATION -> "at most " + points(100 * limit) + " either way";
            case ERROR_RATE_DELTA -> "at most " + points(100 * limit);
            case OUTCOME_DELTA -> "at least " + fine(100 * limit) + "% per block";
        };
    }

    /** The metric as the subject of a sentence, such as "agreement". */
    static String name(GuardrailMetric metric) {
        return switch (metric) {
            case AGREEMENT -> "agreement";
            case P95_LATENCY_DELTA_MS -> "P95 latency difference";
            case CONFIDENCE_DELTA -> "mean confidence difference";
            case SPLIT_DEVIATION -> "split deviation";
            case ERROR_RATE_DELTA -> "error rate difference";
            case OUTCOME_DELTA -> "mean difference of earnings per block";
        };
    }

    /** An e-value as a ratio, such as {@code 812:1} or {@code > 10⁹:1}, from its natural logarithm. */
    static String ratio(double logE) {
        double ratio = Math.exp(logE);
        return ratio > LARGEST_RATIO ? "> 10⁹:1" : decimalRatio(ratio) + ":1";
    }

    /** The remarks that are not empty, as one. */
    static String remarks(Stream<String> remarks) {
        return remarks.filter(each -> !each.isEmpty()).collect(Collectors.joining("; "));
    }

    private static String decimalRatio(double ratio) {
        return ratio < 10 ? format("0.##", ratio) : count(Math.round(ratio));
    }

    private static String format(String pattern, double number) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(number);
    }
}
