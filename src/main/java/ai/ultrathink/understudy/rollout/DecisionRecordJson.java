package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.evidence.OutcomeFold;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.Interval;
import ai.ultrathink.understudy.stats.Moments;
import ai.ultrathink.understudy.stats.RunningBet;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * Decision records as JSON: the fields of the records in snake case, and wire names for enums. An infinite figure is
 * the string {@code "Infinity"}. It has a mapper of its own, because records must stay readable for years.
 */
@RegisterForReflection(
        targets = {
            DecisionRecord.class,
            EvaluationInput.class,
            Evaluation.class,
            GuardrailResult.class,
            Guardrails.class,
            Guardrail.class,
            GenerationEvidence.class,
            GenerationEvidence.Groups.class,
            GenerationEvidence.Units.class,
            GenerationEvidence.Failures.class,
            GenerationEvidence.Arm.class,
            GenerationEvidence.Batches.class,
            GenerationEvidence.Noise.class,
            GenerationEvidence.Asked.class,
            GenerationEvidence.Versions.class,
            ResultSums.Pairs.class,
            LatencyCount.class,
            KeptEvidence.class,
            Block.class,
            Block.Arm.class,
            Clustering.class,
            Clustering.Quantity.class,
            Clustering.Grouping.class,
            OutcomePlan.class,
            OutcomePromotion.class,
            OutcomeEvidence.class,
            OutcomeFold.class,
            RunningBet.Money.class,
            Moments.class,
            Interval.class,
            OutcomeBlock.class,
            OutcomeBlock.Coverage.class,
            OutcomeBlock.Earned.class,
            DecisionRecordJson.StoredInput.class,
            DecisionRecordJson.NoOutcomes.class,
            DecisionRecordJson.Named.class,
            DecisionRecordJson.StoredDecision.class,
            DecisionRecordJson.StoredEvaluation.class,
            DecisionRecordJson.StoredGuardrail.class,
            GuardrailMetric.class,
            GuardrailAction.class,
            Mode.class,
            Variant.class,
            Verdict.class,
            GuardrailState.class
        })
final class DecisionRecordJson {

    // registered with the records: a native executable sees no annotation of methods that are not, and keeps the names
    // of the code

    interface Named {
        @JsonValue
        String wireName();
    }

    // earlier names, which stored decisions keep

    interface StoredDecision {
        @JsonProperty("case")
        EvaluationInput input();

        @JsonProperty("judgement")
        Evaluation evaluation();
    }

    /** Decisions about an experiment without an outcome plan look as they always did. */
    interface StoredInput {
        @JsonInclude(JsonInclude.Include.NON_NULL)
        OutcomePlan outcome();

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NoOutcomes.class)
        OutcomeEvidence outcomes();
    }

    /** Leaves out what says nothing. */
    static final class NoOutcomes {
        @Override
        public boolean equals(Object other) {
            return other == null || OutcomeEvidence.NONE.equals(other);
        }

        @Override
        public int hashCode() {
            return OutcomeEvidence.NONE.hashCode();
        }
    }

    interface StoredEvaluation {
        @JsonProperty("findings")
        List<GuardrailResult> results();
    }

    interface StoredGuardrail {
        @JsonProperty("measure")
        GuardrailMetric metric();

        @JsonProperty("remedy")
        GuardrailAction action();
    }

    private static final ObjectMapper MAPPER = mapper();

    private DecisionRecordJson() {}

    static String write(DecisionRecord decision) {
        return text(decision);
    }

    /** @throws IllegalArgumentException if the text is not a decision record */
    static DecisionRecord read(String text) {
        try {
            return EarlierEvidence.inBucketsOfNow(MAPPER.readValue(text, DecisionRecord.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the evidence cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    static String write(Evaluation evaluation) {
        return text(evaluation);
    }

    private static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of numbers and names can be written", e);
        }
    }

    private static ObjectMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // native executables of the first edition wrote ROLL_BACK for roll_back
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS);
        List.of(
                        GuardrailMetric.class,
                        GuardrailAction.class,
                        Mode.class,
                        Variant.class,
                        Verdict.class,
                        GuardrailState.class,
                        OutcomePromotion.class)
                .forEach(named -> builder.addMixIn(named, Named.class));
        return builder.addMixIn(DecisionRecord.class, StoredDecision.class)
                .addMixIn(EvaluationInput.class, StoredInput.class)
                .addMixIn(Evaluation.class, StoredEvaluation.class)
                .addMixIn(Guardrail.class, StoredGuardrail.class)
                .build();
    }
}
