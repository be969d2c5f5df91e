package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Case;
import ai.ultrathink.understudy.analysis.Finding;
import ai.ultrathink.understudy.analysis.GuardrailState;
import ai.ultrathink.understudy.analysis.Judgement;
import ai.ultrathink.understudy.analysis.Verdict;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Measure;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Remedy;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.LatencyCount;
import ai.ultrathink.understudy.storage.ResultSums;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * Dossiers as they are kept: field by field what the records have, in snake case, and wire names for what is counted out. An
 * infinite figure is the string {@code "Infinity"}. A mapper of its own, because what was written years ago must be read.
 */
@RegisterForReflection(
        targets = {
            Dossier.class,
            Case.class,
            Judgement.class,
            Finding.class,
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
            LatencyCount.class
        })
final class DossierJson {

    private interface Named {
        @JsonValue
        String wireName();
    }

    private static final ObjectMapper MAPPER = mapper();

    private DossierJson() {}

    static String write(Dossier dossier) {
        return text(dossier);
    }

    /** @throws IllegalArgumentException when the text is no dossier */
    static Dossier read(String text) {
        try {
            return MAPPER.readValue(text, Dossier.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the evidence cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    static String write(Judgement judgement) {
        return text(judgement);
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
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        List.of(Measure.class, Remedy.class, Mode.class, Variant.class, Verdict.class, GuardrailState.class)
                .forEach(named -> builder.addMixIn(named, Named.class));
        return builder.build();
    }
}
