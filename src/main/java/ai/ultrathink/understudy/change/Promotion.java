package ai.ultrathink.understudy.change;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model's name that another model answers for. One deep: what {@code serves} names is the model of that folder, whatever is
 * promoted for that name itself.
 *
 * @param model the name that callers ask for
 * @param serves the model that answers
 * @param testId the test that led to it
 * @param since when it was promoted
 * @param by who promoted it
 * @param override why, although the verdict was not to promote; null where it was
 */
public record Promotion(
        String model,
        String serves,
        String testId,
        Instant since,
        String by,
        @Nullable String override) {}
