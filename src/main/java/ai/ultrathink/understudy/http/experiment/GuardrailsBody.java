package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Guardrails of an experiment in requests and responses; fields that a request leaves out keep their values. */
@Schema(name = "Guardrails")
record GuardrailsBody(
        @Schema(
                description =
                        "if requests are independent: the probability that a treatment within every limit is ever reported as"
                                + " breaching one, divided evenly among the guardrails; and the probability that a treatment"
                                + " beyond a limit is ever reported as keeping it",
                minimum = "1e-140",
                maximum = "0.5",
                defaultValue = "0.01")
        @Nullable Double alpha,

        @Schema(
                description =
                        "the minimum fraction of requests answered by both models for which they chose the same action")
        @Nullable GuardrailBody agreement,

        @Schema(description = "the maximum by which treatment's 95th percentile may exceed control's, in milliseconds")
        @Nullable GuardrailBody p95LatencyDeltaMs,

        @Schema(description = "the maximum difference of the mean confidences") @Nullable GuardrailBody confidenceDelta,

        @Schema(
                description =
                        "the maximum difference of the observed split from the configured one; a check of the data, which"
                                + " passes unless it is breached. A breach by the callers' choice of unit ids alerts and rolls"
                                + " nothing back")
        @Nullable GuardrailBody splitDeviation,

        @Schema(
                description =
                        "the maximum by which treatment's error rate may exceed control's; a breach needs evidence that this"
                                + " limit is exceeded, and counts below the minimum of samples, too")
        @Nullable GuardrailBody errorRateDelta) {

    static final String EXAMPLE =
            "{\"alpha\": 0.01, \"agreement\": {\"limit\": 0.9, \"minimum_samples\": 200, \"action\": \"roll_back\"}}";

    private static final String BY_MODE = "by_mode";

    /** One guardrail. */
    @Schema(name = "Guardrail")
    record GuardrailBody(
            @Nullable Double limit,

            @Schema(
                    minimum = "1",
                    maximum = "1000000000",
                    defaultValue = "100",
                    description =
                            "with fewer samples the guardrail stays undecided. Agreement is not decided below 1,490 pairs, and does"
                                    + " not pass below 5,000; latency is not decided below 1,500 answers. The report shows which"
                                    + " minimum applies")
            @Nullable Long minimumSamples,

            @Schema(
                    enumeration = {"alert", "roll_back", BY_MODE},
                    defaultValue = BY_MODE,
                    description = "the action on a breach; by_mode: a shadow alerts, a split is rolled back")
            @Nullable String action) {

        static GuardrailBody of(Guardrail guardrail) {
            GuardrailAction chosen = guardrail.action();
            return new GuardrailBody(
                    guardrail.limit(), guardrail.minimumSamples(), chosen == null ? BY_MODE : chosen.wireName());
        }

        Guardrail over(Guardrail base) {
            return new Guardrail(
                    base.metric(),
                    limit == null ? base.limit() : limit,
                    minimumSamples == null ? base.minimumSamples() : minimumSamples,
                    actionOver(base));
        }

        private @Nullable GuardrailAction actionOver(Guardrail base) {
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

    /** The guardrails given here, and the others unchanged. */
    Guardrails over(Guardrails base) {
        List<Guardrail> each = new ArrayList<>();
        for (GuardrailMetric metric : GuardrailMetric.OF_EVERY_EXPERIMENT) {
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
            case OUTCOME_DELTA -> null;
        };
    }
}
