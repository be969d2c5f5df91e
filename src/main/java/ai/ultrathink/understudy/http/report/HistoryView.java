package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.evidence.GuardrailSnapshot;
import ai.ultrathink.understudy.evidence.HistoryPoint;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The history of an experiment as the API shows it. */
@Schema(name = "History")
@RegisterForReflection
record HistoryView(
        String testId, @Schema(description = "oldest first") List<Point> points) {

    static HistoryView of(String testId, List<HistoryPoint> points) {
        return new HistoryView(testId, points.stream().map(Point::of).toList());
    }

    /** What one evaluation found. */
    @Schema(name = "HistoryPoint")
    @RegisterForReflection
    record Point(
            Instant time,

            @Schema(description = "the generation that was evaluated")
            long generation,

            @Schema(enumeration = {"promote", "roll_back", "keep_running", "insufficient_data"})
            String verdict,

            @Schema(description = "in words, the deciding ones first; five at most")
            List<String> reasons,

            List<GuardrailPoint> guardrails) {

        static Point of(HistoryPoint point) {
            return new Point(
                    point.time(),
                    point.evaluation().generation(),
                    point.evaluation().verdict(),
                    point.evaluation().reasons(),
                    point.evaluation().guardrails().stream()
                            .map(GuardrailPoint::of)
                            .toList());
        }
    }

    /** What one evaluation found of one guardrail. */
    @Schema(name = "GuardrailPoint")
    @RegisterForReflection
    record GuardrailPoint(
            String measure,

            @Schema(enumeration = {"passed", "breached", "undecided"})
            String state,

            double limit,
            long samples,
            @Nullable Double estimate,

            @Schema(description = "ends of the confidence sequence, as in the report") @Nullable Double lower,

            @Nullable Double upper,

            @Schema(description = "natural logarithm of the e-value, as in the report") @Nullable Double logE,

            @Schema(description = "the log_e from which the evidence is enough for a breach")
            double threshold) {

        static GuardrailPoint of(GuardrailSnapshot each) {
            return new GuardrailPoint(
                    each.measure(),
                    each.state(),
                    each.limit(),
                    each.samples(),
                    each.estimate(),
                    each.lower(),
                    each.upper(),
                    each.logE(),
                    each.threshold());
        }
    }
}
