package ai.ultrathink.understudy.trial.exposure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredictionRequestTest {

    @Test
    void a_request_checks_each_of_its_strings() {
        assertField("request_id", "", "u", "SPX", null, null);
        assertField("unit_id", "r", "u\u0000", "SPX", null, null);
        assertField("symbol", "r", "u", "S".repeat(21), null, null);
        assertField("model", "r", "u", "SPX", "a b", null);
        assertField("test_id", "r", "u", "SPX", null, "'; drop table ab_test_results; --");
    }

    @Test
    void a_request_has_its_symbol_in_upper_case() {
        assertEquals("BTC-USD", request("r", "u", "btc-usd", null, null).symbol());
    }

    private static void assertField(
            String field,
            String requestId,
            String unitId,
            String symbol,
            @Nullable String model,
            @Nullable String testId) {
        InvalidValueException refused =
                assertThrows(InvalidValueException.class, () -> request(requestId, unitId, symbol, model, testId));
        assertEquals(field, refused.field());
    }

    private static PredictionRequest request(
            String requestId, String unitId, String symbol, @Nullable String model, @Nullable String testId) {
        return new PredictionRequest(requestId, unitId, symbol, Features.of(1f), model, testId);
    }
}
