package ai.ultrathink.understudy.http.outcome;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /api/v1/outcomes, for the OpenAPI document; {@link OutcomeReader} reads it. */
@Schema(name = "Outcomes")
record OutcomesBody(
        @Schema(required = true, maxItems = 1000) List<OutcomeItem> outcomes) {

    static final String EXAMPLE = """
            {"outcomes": [
              {"request_id": "r-1", "value": 0.0031, "observed_at": "2026-11-28T21:00:00Z", "revision": 0},
              {"symbol": "SPX", "from": "2026-11-28T00:00:00Z", "to": "2026-11-29T00:00:00Z", "value": -0.0042}]}""";

    /** Either request_id, or symbol, from and to. */
    @Schema(
            name = "Outcome",
            description =
                    "What the market made of one request (request_id), or of all predictions of a symbol whose time lies in"
                            + " [from, to) (symbol, from and to)")
    record OutcomeItem(
            @Schema(minLength = 1, maxLength = 100) @Nullable String requestId,

            @Schema(minLength = 1, maxLength = 20) @Nullable String symbol,
            @Nullable Instant from,

            @Schema(description = "after from, by 366 days at most") @Nullable Instant to,

            @Schema(required = true, description = "a return as a fraction", minimum = "-1000000", maximum = "1000000")
            double value,

            @Schema(description = "not before the prediction") @Nullable Instant observedAt,

            @Schema(
                    minimum = "0",
                    defaultValue = "0",
                    description = "a higher revision replaces what is known; a lower or an equal one is a duplicate")
            @Nullable Integer revision) {}
}
