package ai.ultrathink.understudy.change;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model name for which another model answers. Promotions do not chain: {@code serves} always means the model in that
 * folder, even if another model was promoted to its name.
 *
 * @param model the name that callers ask for
 * @param serves the model that answers
 * @param testId the experiment that led to it
 * @param since when it was promoted
 * @param by who promoted it
 * @param approvedBy who approved it; null where one person sufficed
 * @param override the reason for a promotion against the verdict; null if the verdict was to promote
 */
public record Promotion(
        String model,
        String serves,
        String testId,
        Instant since,
        String by,
        @Nullable String approvedBy,
        @Nullable String override) {}
