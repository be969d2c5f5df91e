package ai.ultrathink.understudy.analysis.report;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One line of a report: a figure, how sure it is and what it rests on. Where there is no data the estimate and what follows from
 * it are null, never 0 and never NaN.
 *
 * @param name in JSON, such as {@code p95_latency_delta_ms}; unique in a report
 * @param title for people
 * @param unit of estimate, interval and expectation
 * @param expected what the estimate would be if nothing were wrong, or null where nothing in particular is expected
 * @param estimate the figure
 * @param lower end of the interval, or null where the figure has none
 * @param upper end of the interval
 * @param logE natural logarithm of the e-value against {@code expected}, or null where nothing is tested
 * @param pValue valid at every look, or null where nothing is tested
 * @param samples on which the estimate rests: requests, pairs, units or minutes, as {@code method} says
 * @param controlSamples of them, control's; null where the arms are not compared
 * @param treatmentSamples of them, treatment's; null where the arms are not compared
 * @param method how it was computed and what that assumes, in a sentence
 */
@Schema(name = "Figure")
public record ReportMetric(
        String name,
        String title,

        @Schema(
                implementation = String.class,
                enumeration = {"fraction", "milliseconds", "confidence"})
        Unit unit,

        @Schema(description = "what the estimate would be if nothing were wrong") @Nullable Double expected,

        @Nullable Double estimate,
        @Nullable Double lower,
        @Nullable Double upper,
        @Nullable Double logE,
        @Nullable Double pValue,
        long samples,
        @Nullable Long controlSamples,
        @Nullable Long treatmentSamples,

        @Schema(description = "how it was computed and what that assumes")
        String method) {

    /** What a figure counts in. */
    @RegisterForReflection
    public enum Unit {
        /** From 0 to 1; a difference of two, from −1 to 1. */
        FRACTION,
        MILLISECONDS,
        /** A probability as a model states it; a difference of two. */
        CONFIDENCE;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name in JSON. */
        @JsonValue
        public String wireName() {
            return wireName;
        }
    }
}
