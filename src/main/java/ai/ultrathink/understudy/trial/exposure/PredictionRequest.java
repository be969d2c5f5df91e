package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.trace.NoTrace;
import ai.ultrathink.understudy.trace.RequestTrace;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks.
 *
 * @param requestId 1–100 characters
 * @param unitId what assignment sticks to, 1–100 characters
 * @param symbol 1–20 characters, upper-cased
 * @param features the model's input
 * @param model the model asked for, or null for the experiment's control or the default model
 * @param testId the experiment asked for, or null for the one that applies
 * @param trace told what becomes of the request
 */
public record PredictionRequest(
        String requestId,
        String unitId,
        String symbol,
        Features features,
        @Nullable String model,
        @Nullable String testId,
        RequestTrace trace) {

    /** A request that is not traced. */
    public PredictionRequest(
            String requestId,
            String unitId,
            String symbol,
            Features features,
            @Nullable String model,
            @Nullable String testId) {
        this(requestId, unitId, symbol, features, model, testId, NoTrace.NONE);
    }

    /** @throws ai.ultrathink.understudy.experiment.InvalidValueException when a value is not allowed */
    public PredictionRequest {
        requestId = IdentifierRules.id("request_id", requestId);
        unitId = IdentifierRules.id("unit_id", unitId);
        symbol = IdentifierRules.symbol(symbol);
        model = model == null ? null : IdentifierRules.model("model", model);
        testId = testId == null ? null : IdentifierRules.testId(testId);
    }
}
