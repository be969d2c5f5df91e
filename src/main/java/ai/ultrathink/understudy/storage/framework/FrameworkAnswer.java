package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a row of the framework says of one of the two models.
 *
 * @param model its name; null only where neither the row nor the test has it
 * @param action null if it did not answer; likewise the others
 */
record FrameworkAnswer(
        @Nullable String model,
        @Nullable String action,
        @Nullable Double confidence,
        @Nullable Double latencyMillis) {

    private static final int LONGEST_ACTION = 32;

    String content() {
        return model + "\0" + action + "\0" + confidence + "\0" + latencyMillis;
    }

    /**
     * Why it cannot be taken, if so.
     *
     * @param expected whether this model was to answer
     */
    Optional<RowRefusal> refusal(boolean expected) {
        if (action == null && confidence == null && latencyMillis == null) {
            return expected ? Optional.of(RowRefusal.NO_ANSWER) : Optional.empty();
        }
        if (action == null || confidence == null || latencyMillis == null) {
            return Optional.of(RowRefusal.INCOMPLETE_ANSWER);
        }
        if (model == null || model.isEmpty() || FrameworkRow.length(model) > IdentifierRules.MAX_MODEL) {
            return Optional.of(RowRefusal.NO_MODEL);
        }
        if (action.isEmpty() || FrameworkRow.length(action) > LONGEST_ACTION) {
            return Optional.of(RowRefusal.BAD_ACTION);
        }
        // a comparison with NaN is false
        if (!(confidence >= 0 && confidence <= 1)) {
            return Optional.of(RowRefusal.BAD_CONFIDENCE);
        }
        return latencyMillis >= 0 && Double.isFinite(latencyMillis)
                ? Optional.empty()
                : Optional.of(RowRefusal.BAD_LATENCY);
    }
}
