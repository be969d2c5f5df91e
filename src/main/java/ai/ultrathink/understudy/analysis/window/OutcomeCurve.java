package ai.ultrathink.understudy.analysis.window;

import ai.ultrathink.understudy.evidence.OutcomeSums;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What both models earned, block by block, oldest first.
 *
 * @param timeWindowHours the blocks that lie in the last hours, or end in them
 */
@Schema(name = "OutcomeCurve")
@RegisterForReflection
public record OutcomeCurve(String testId, int timeWindowHours, List<Point> blocks) {

    public OutcomeCurve {
        blocks = List.copyOf(blocks);
    }

    /**
     * One block. Figures are means per decision with an outcome, as fractions; null without any.
     *
     * @param time where the block begins
     * @param control what control earned
     * @param treatment what treatment earned
     * @param delta treatment minus control: of decisions that both models made, else of the arms' means
     * @param clippedDelta the same of decisions that both models made, with clipped values: this is what is evaluated
     * @param count decisions with an outcome, of both models where there are any
     * @param coverage the fraction of decisions that have an outcome
     * @param paired whether the figures are of decisions that both models made
     * @param closed whether the block is closed; what is still open changes
     * @param lateDecisions requests that were stored after the closing, and are in none of these figures
     * @param lateOutcomes outcomes of single requests that came after the closing, corrections included, likewise
     * @param clippedDeltaNow what {@code clippedDelta} would be with these; it is not evaluated. Null if nothing came, and of blocks beyond the
     *     newest ten to which something did, or with more than 10,000 decisions
     */
    @Schema(name = "OutcomePoint")
    @RegisterForReflection
    public record Point(
            Instant time,
            @Nullable Double control,
            @Nullable Double treatment,
            @Nullable Double delta,
            @Nullable Double clippedDelta,
            long count,
            @Nullable Double coverage,
            boolean paired,
            boolean closed,
            long lateDecisions,
            long lateOutcomes,
            @Nullable Double clippedDeltaNow) {

        static Point of(OutcomeSums block) {
            OutcomeFigures figures = OutcomeFigures.of(List.of(block));
            OutcomeSums.Pairs pairs = block.pairs();
            OutcomeSums.Pairs now = block.now();
            boolean paired = pairs.decisions() > 0;
            return new Point(
                    block.start(),
                    paired
                            ? OutcomeFigures.ratio(pairs.control(), pairs.known())
                            : figures.control().meanOutcome(),
                    paired
                            ? OutcomeFigures.ratio(pairs.treatment(), pairs.known())
                            : figures.treatment().meanOutcome(),
                    figures.meanDelta(),
                    OutcomeFigures.ratio(pairs.clippedDifference(), pairs.known()),
                    paired
                            ? pairs.known()
                            : block.control().known() + block.treatment().known(),
                    figures.coverage(),
                    paired,
                    block.closed(),
                    block.late().decisions(),
                    block.late().outcomes(),
                    now == null ? null : OutcomeFigures.ratio(now.clippedDifference(), now.known()));
        }
    }
}
