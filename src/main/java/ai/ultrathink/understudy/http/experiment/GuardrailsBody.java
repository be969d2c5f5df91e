package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The limits of a test, as they are shown, and as they are given; what is not given stays as it is. */
@Schema(name = "Guardrails")
record GuardrailsBody(
        @Schema(
                description =
                        "the probability that a treatment which keeps every limit is ever said to have crossed one; shared"
                                + " out evenly",
                maximum = "0.5",
                defaultValue = "0.01")
        @Nullable Double alpha,

        @Schema(description = "of shadow requests that both models answered, the least fraction with the same action")
        @Nullable GuardrailBody agreement,

        @Schema(description = "the most that treatment's 95th percentile may be above control's, milliseconds")
        @Nullable GuardrailBody p95LatencyDeltaMs,

        @Schema(description = "the most that the mean confidences may differ") @Nullable GuardrailBody confidenceDelta,

        @Schema(description = "the most that the observed split may differ from the configured one") @Nullable GuardrailBody splitDeviation,

        @Schema(description = "the most that treatment's error rate may be above control's") @Nullable GuardrailBody errorRateDelta) {

    static final String EXAMPLE =
            "{\"alpha\": 0.01, \"agreement\": {\"limit\": 0.9, \"minimum_samples\": 200, \"action\": \"roll_back\"}}";

    private static final String BY_MODE = "by_mode";

    /** One limit. */
    @Schema(name = "Guardrail")
    record GuardrailBody(
            @Nullable Double limit,

            @Schema(minimum = "1", defaultValue = "100", description = "before there are so many, nothing is decided")
            @Nullable Long minimumSamples,

            @Schema(
                    enumeration = {"alert", "roll_back", BY_MODE},
                    defaultValue = BY_MODE,
                    description = "what a breach leads to; by_mode: a shadow alerts, a split is rolled back")
            @Nullable String action) {

        static GuardrailBody of(Guardrail guardrail) {
            GuardrailAction remedy = guardrail.action();
            return new GuardrailBody(
                    guardrail.limit(), guardrail.minimumSamples(), remedy == null ? BY_MODE : remedy.wireName());
        }

        Guardrail over(Guardrail base) {
            return new Guardrail(
                    base.metric(),
                    limit == null ? base.limit() : limit,
                    minimumSamples == null ? base.minimumSamples() : minimumSamples,
                    remedy(base));
        }

        private @Nullable GuardrailAction remedy(Guardrail base) {
            return switch (action) {
                case null -> base.action();
                case BY_MODE -> null;
                default -> GuardrailAction.of("guardrails." + base.metric().wireName() + ".action", action);
            };
        }
    }

    static GuardrailsBody of(Guardrails guardrails) {
        return new GuardrailsBody(
                guardrails.alpha(),
                GuardrailBody.of(guardrails.of(GuardrailMetric.AGREEMENT)),
                GuardrailBody.of(guardrails.of(GuardrailMetric.P95_LATENCY_DELTA_MS)),
                GuardrailBody.of(guardrails.of(GuardrailMetric.CONFIDENCE_DELTA)),
                GuardrailBody.of(guardrails.of(GuardrailMetric.SPLIT_DEVIATION)),
                GuardrailBody.of(guardrails.of(GuardrailMetric.ERROR_RATE_DELTA)));
    }

    /** What is given here, and the rest as it was. */
    Guardrails over(Guardrails base) {
        List<Guardrail> each = new ArrayList<>();
        for (GuardrailMetric metric : GuardrailMetric.values()) {
            GuardrailBody given = given(metric);
            Guardrail was = base.of(metric);
            each.add(given == null ? was : given.over(was));
        }
        return new Guardrails(alpha == null ? base.alpha() : alpha, each);
    }

    private @Nullable GuardrailBody given(GuardrailMetric metric) {
        return switch (metric) {
            case AGREEMENT -> agreement;
            case P95_LATENCY_DELTA_MS -> p95LatencyDeltaMs;
            case CONFIDENCE_DELTA -> confidenceDelta;
            case SPLIT_DEVIATION -> splitDeviation;
            case ERROR_RATE_DELTA -> errorRateDelta;
        };
    }
}
