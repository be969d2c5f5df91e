package ai.ultrathink.understudy.analysis.report;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One line of a report: a figure with its interval and its samples. Without data, the estimate and everything derived
 * from it are null, never 0 and never NaN.
 *
 * @param name in JSON, such as {@code p95_latency_delta_ms}; unique in a report
 * @param title for readers
 * @param unit of estimate, interval and expectation
 * @param expected the value that the estimate has if nothing is wrong, or null where no particular value is expected
 * @param estimate the figure
 * @param lower end of the interval, or null if the figure has none
 * @param upper end of the interval
 * @param logE natural logarithm of the e-value against {@code expected}, or null where there is no hypothesis
 * @param pValue valid at every look, or null where there is no hypothesis
 * @param samples the number of samples behind the estimate: requests, pairs, units or minutes, as {@code method} says
 * @param controlSamples control's part of the samples; null where the arms are not compared
 * @param treatmentSamples treatment's part of the samples; null where the arms are not compared
 * @param method how the figure is computed and what that assumes, in a sentence
 */
@Schema(name = "Figure")
public record ReportMetric(
        String name,
        String title,

        @Schema(
                implementation = String.class,
                enumeration = {"fraction", "milliseconds", "confidence"})
        Unit unit,

        @Schema(description = "the value of the estimate if nothing is wrong") @Nullable Double expected,

        @Nullable Double estimate,
        @Nullable Double lower,
        @Nullable Double upper,
        @Nullable Double logE,
        @Nullable Double pValue,
        long samples,
        @Nullable Long controlSamples,
        @Nullable Long treatmentSamples,

        @Schema(description = "how it is computed and what that assumes")
        String method) {

    /** Whether the figure is a difference of the two models, which is shown with a sign. */
    boolean difference() {
        return name.contains("_delta");
    }

    /** Unit of a figure. */
    @RegisterForReflection
    public enum Unit {
        /** A fraction from 0 to 1, or a difference of two, from −1 to 1. */
        FRACTION,
        MILLISECONDS,
        /** A probability as a model states it, or a difference of two. */
        CONFIDENCE;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name in JSON. */
        @JsonValue
        public String wireName() {
            return wireName;
        }
    }
}
