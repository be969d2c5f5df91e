package ai.ultrathink.understudy.http.outcome;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What came of a batch of outcomes. */
@Schema(name = "TakenOutcomes")
record OutcomesAnswer(
        @Schema(description = "stored for good") long accepted,

        @Schema(description = "known already, or of a lower revision than one that is known")
        long duplicates,

        @Schema(
                description =
                        "of the accepted ones, those for which no prediction of a test with an outcome plan is stored yet")
        long waiting,

        @Schema(description = "not taken; all others are") List<RejectedItem> rejected) {

    /** An item that was not taken. */
    @Schema(name = "RejectedOutcome")
    record RejectedItem(
            @Schema(description = "in the list that was sent, from 0")
            int index,

            String detail) {}
}
