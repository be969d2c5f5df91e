package ai.ultrathink.understudy.http.predict;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** OpenAPI schemas of the prediction call, whose bodies are read and written token by token. */
final class PredictionSchemas {

    static final String REQUEST = """
            {"symbol": "SPX", "unit_id": "account-17", "model": "bull_specialist", "features": [0.1, -0.2, 0.3, \
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}""";

    static final String ANSWER = """
            {"request_id": "r-1", "symbol": "BTC-USD", "action": "BUY", "confidence": 0.71,
             "action_probabilities": {"HOLD": 0.2, "BUY": 0.71, "SELL": 0.09},
             "metadata": {"model": "bull_specialist", "model_version": "1", "model_digest": "0f3a9c1d2b7e", "latency_ms": 0.41,
              "timestamp": "2026-11-24T12:00:00Z",
              "ab_test": {"test_id": "bull_v2_canary", "assigned_group": "control", "served_by": "control",
               "shadow_mode": false, "generation": 3, "fallback": null}}}""";

    static final String PROBLEM = """
            {"title": "Bad request", "status": 400,
             "detail": "features: got 3 numbers; allowed: exactly 43, the input size of model bull_specialist",
             "request_id": "r-1"}""";

    private PredictionSchemas() {}

    @Schema(name = "PredictionRequest")
    record Request(
            @Schema(required = true, minLength = 1, maxLength = 20, description = "what the prediction is about")
            String symbol,

            @Schema(
                    required = true,
                    description = "finite numbers, as many as the model's input; 43 for the shipped models")
            List<Float> features,

            @Schema(minLength = 1, maxLength = 100, description = "a UUID is made when absent") @Nullable String request_id,

            @Schema(
                    minLength = 1,
                    maxLength = 100,
                    description = "the unit that is assigned, such as an account; request_id when absent")
            @Nullable String unit_id,

            @Schema(description = "the configured default model when absent") @Nullable String model,

            @Schema(description = "the test to apply; else the enabled test of the model, else none") @Nullable String test_id) {}

    @Schema(name = "PredictionAnswer")
    record Answer(
            String request_id,
            String symbol,

            @Schema(
                    pattern = "[A-Z0-9_]{1,32}",
                    description = "one of the model's actions; HOLD, BUY or SELL of the shipped models")
            String action,

            float confidence,

            @Schema(description = "a probability for each of the model's actions")
            Map<String, Float> action_probabilities,

            Metadata metadata) {}

    @Schema(name = "PredictionMetadata")
    record Metadata(
            String model,
            String model_version,

            @Schema(description = "first 12 hexadecimal digits of SHA-256 over the model's card and network")
            String model_digest,

            double latency_ms,
            Instant timestamp,
            @Nullable PlacementSchema ab_test) {}

    @Schema(name = "PredictionPlacement")
    record PlacementSchema(
            String test_id,

            @Schema(enumeration = {"control", "treatment", "shadow"})
            String assigned_group,

            @Schema(enumeration = {"control", "treatment"}) String served_by,
            boolean shadow_mode,
            long generation,

            @Schema(
                    enumeration = {
                        "treatment_error",
                        "treatment_timeout",
                        "treatment_rejected",
                        "guard_open",
                        "test_disabled"
                    })
            @Nullable String fallback) {}
}
