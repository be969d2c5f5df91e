package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.analysis.guardrail.GuardrailResultWriter;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeSummary;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the realised outcomes of a test show, over the whole evidence of its plan. Earnings and differences are fractions. */
@Schema(name = "OutcomeSummary")
record OutcomeSummaryView(
        @Schema(
                description =
                        "the generation with which this evidence began: the last one that changed positions, cost, clip, block or"
                                + " horizon")
        long since,

        @Schema(description = "closed blocks") long blocks,

        @Schema(description = "closed blocks in which the models' positions differed; these are tested")
        long testedBlocks,

        @Schema(description = "decisions with an outcome") long decisions,

        @Schema(description = "earned per decision, values clipped") @Nullable Double control,

        @Nullable Double treatment,

        @Schema(description = "mean difference per tested block, treatment minus control, values clipped") @Nullable Double difference,

        @Schema(description = "ends of its (1 - alpha) confidence sequence; null where it is open") @Nullable Double lower,

        @Nullable Double upper,

        @Schema(description = "as the values came") @Nullable Double rawControl,

        @Nullable Double rawTreatment,
        @Nullable Double rawDifference,

        @Schema(description = "the plan's alpha, apart from that of the other guardrails")
        double alpha,

        @Schema(description = "natural logarithm of the e-value: that treatment earns less than the limit") @Nullable Double worseLogE,

        @Schema(description = "likewise: that it earns more than the limit") @Nullable Double notWorseLogE,

        @Schema(description = "likewise: that it earns more than control") @Nullable Double betterLogE,

        @Schema(
                description =
                        "of the disagreements that one model won, the fraction that treatment won; decides nothing")
        @Nullable Double hitRate,

        @Schema(description = "the fraction of decisions with an outcome")
        double coverage,

        double coverageOfAgreements,
        double coverageOfDisagreements,

        @Schema(description = "natural logarithm of the e-value: that the two coverages differ") @Nullable Double coverageLogE,

        @Schema(description = "the fraction of control's decisions with an outcome, shadows included")
        double coverageOfControl,

        @Schema(description = "likewise of treatment's") double coverageOfTreatment,

        @Schema(description = "natural logarithm of the e-value: that the coverages of the two arms differ") @Nullable Double coverageOfArmsLogE,

        @Schema(
                description =
                        "blocks until something is decided, at the present disagreement and spread; null if nothing can be said")
        @Nullable Long blocksToGo,

        @Schema(description = "all of it in words") List<String> words) {

    static @Nullable OutcomeSummaryView of(@Nullable OutcomeSummary summary) {
        return summary == null
                ? null
                : new OutcomeSummaryView(
                        summary.since(),
                        summary.blocks(),
                        summary.tested(),
                        summary.decisions(),
                        summary.control(),
                        summary.treatment(),
                        summary.difference(),
                        summary.tested() == 0
                                ? null
                                : GuardrailResultWriter.finite(
                                        summary.interval().low()),
                        summary.tested() == 0
                                ? null
                                : GuardrailResultWriter.finite(
                                        summary.interval().high()),
                        summary.rawControl(),
                        summary.rawTreatment(),
                        summary.rawDifference(),
                        summary.plan().alpha(),
                        GuardrailResultWriter.log(summary.worse()),
                        GuardrailResultWriter.log(summary.notWorse()),
                        GuardrailResultWriter.log(summary.better()),
                        summary.hitRate(),
                        summary.coverage().all(),
                        summary.coverage().ofAgreeing(),
                        summary.coverage().ofDisagreeing(),
                        GuardrailResultWriter.log(summary.coverage().unequal()),
                        summary.coverage().control().fraction(),
                        summary.coverage().treatment().fraction(),
                        GuardrailResultWriter.log(summary.coverage().unequalArms()),
                        summary.blocksToGo(),
                        summary.lines());
    }
}
