package ai.ultrathink.understudy.analysis.window;

import java.util.Map;

/**
 * Counts of the actions that the two models of an experiment chose.
 *
 * @param control control's actions in control's arm (rows assigned to control, and shadow rows)
 * @param treatment treatment's actions in treatment's arm (rows assigned to treatment, and shadow rows)
 * @param matrix rows that both models answered, from shadows and from pairs in a split: control's action → treatment's
 *     action → count
 */
public record ActionTable(
        String testId,
        int timeWindowHours,
        Map<String, Long> control,
        Map<String, Long> treatment,
        Map<String, Map<String, Long>> matrix) {}
