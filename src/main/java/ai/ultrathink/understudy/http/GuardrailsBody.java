package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Measure;
import ai.ultrathink.understudy.experiment.Remedy;
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
            Remedy remedy = guardrail.remedy();
            return new GuardrailBody(
                    guardrail.limit(), guardrail.minimumSamples(), remedy == null ? BY_MODE : remedy.wireName());
        }

        Guardrail over(Guardrail base) {
            return new Guardrail(
                    base.measure(),
                    limit == null ? base.limit() : limit,
                    minimumSamples == null ? base.minimumSamples() : minimumSamples,
                    remedy(base));
        }

        private @Nullable Remedy remedy(Guardrail base) {
            return switch (action) {
                case null -> base.remedy();
                case BY_MODE -> null;
                default -> Remedy.of("guardrails." + base.measure().wireName() + ".action", action);
            };
        }
    }

    static GuardrailsBody of(Guardrails guardrails) {
        return new GuardrailsBody(
                guardrails.alpha(),
                GuardrailBody.of(guardrails.of(Measure.AGREEMENT)),
                GuardrailBody.of(guardrails.of(Measure.P95_LATENCY_DELTA_MS)),
                GuardrailBody.of(guardrails.of(Measure.CONFIDENCE_DELTA)),
                GuardrailBody.of(guardrails.of(Measure.SPLIT_DEVIATION)),
                GuardrailBody.of(guardrails.of(Measure.ERROR_RATE_DELTA)));
    }

    /** What is given here, and the rest as it was. */
    Guardrails over(Guardrails base) {
        List<Guardrail> each = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            GuardrailBody given = given(measure);
            Guardrail was = base.of(measure);
            each.add(given == null ? was : given.over(was));
        }
        return new Guardrails(alpha == null ? base.alpha() : alpha, each);
    }

    private @Nullable GuardrailBody given(Measure measure) {
        return switch (measure) {
            case AGREEMENT -> agreement;
            case P95_LATENCY_DELTA_MS -> p95LatencyDeltaMs;
            case CONFIDENCE_DELTA -> confidenceDelta;
            case SPLIT_DEVIATION -> splitDeviation;
            case ERROR_RATE_DELTA -> errorRateDelta;
        };
    }
}
