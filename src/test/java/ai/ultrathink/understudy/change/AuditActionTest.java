package ai.ultrathink.understudy.change;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.WrittenSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AuditActionTest {

    @Test
    void the_documentation_of_the_database_lists_every_action() throws IOException {
        String table = Arrays.stream(AuditAction.values())
                .map(action -> "| `" + action.wireName() + "` | " + action.meaning() + " |\n")
                .collect(Collectors.joining("", "| action | what happened |\n| --- | --- |\n", ""));

        new WrittenSection(Path.of("docs", "database.md"), "AuditAction").assertIs(table);
    }

    /** The trails that are there have them. */
    @Test
    void the_names_in_the_trail_stay_as_they_are() {
        assertEquals(
                List.of(
                        "created",
                        "imported",
                        "split_updated",
                        "guardrails_updated",
                        "outcome_updated",
                        "symbols_updated",
                        "enabled",
                        "disabled",
                        "deleted",
                        "promoted",
                        "promotion_overridden",
                        "promotion_reverted",
                        "approval_requested",
                        "approval_granted",
                        "approval_rejected",
                        "approval_stale",
                        "approval_expired",
                        "model_changed",
                        "guard_opened",
                        "guard_closed",
                        "treatment_out_of_use",
                        "fence_lifted",
                        "guardrail_breached",
                        "guardrail_cleared",
                        "rolled_back",
                        "ramp_started",
                        "ramp_step",
                        "ramp_awaiting_approval",
                        "ramp_approved",
                        "ramp_paused",
                        "ramp_resumed",
                        "ramp_aborted",
                        "ramp_clock_set",
                        "ramp_finished"),
                Arrays.stream(AuditAction.values()).map(AuditAction::wireName).toList());
    }
}
