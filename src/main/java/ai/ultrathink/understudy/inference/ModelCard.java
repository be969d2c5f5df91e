package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Action;
import ai.ultrathink.understudy.experiment.Texts;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code model.json} says of a model.
 *
 * @param version for people and for the rows; 1–100 characters
 * @param inputSize how many features the model takes
 * @param actions HOLD, BUY and SELL in the order of the model's output
 * @param output whether the model's output is probabilities or logits
 * @param golden an input with the answer that the model must give
 * @param parameters how many weights the model has, or null when the card does not say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
// Jackson fills it by reflection, and no resource's signature tells Quarkus so
@RegisterForReflection(ignoreNested = false)
record ModelCard(
        @JsonProperty("version") String version,
        @JsonProperty("input_size") int inputSize,
        @JsonProperty("actions") List<Action> actions,
        @JsonProperty("output") Output output,
        @JsonProperty("golden") Golden golden,
        @JsonProperty("parameters") @Nullable Long parameters) {

    private static final ObjectReader READER = JsonMapper.builder().build().readerFor(ModelCard.class);

    /** How to read the numbers that come out. */
    enum Output {
        @JsonProperty("probabilities")
        PROBABILITIES,
        @JsonProperty("logits")
        LOGITS
    }

    /**
     * One question with its known answer.
     *
     * @param input as many numbers as the model takes
     * @param output the model's raw output for it
     * @param tolerance how far each number may be off
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Golden(
            @JsonProperty("input") List<Float> input,
            @JsonProperty("output") List<Float> output,
            @JsonProperty("tolerance") @Nullable Float tolerance) {

        private static final float DEFAULT_TOLERANCE = 1e-4f;

        Golden {
            require(present(input, output), "golden must have input and output");
            input = List.copyOf(input);
            output = List.copyOf(output);
            tolerance = tolerance == null ? Float.valueOf(DEFAULT_TOLERANCE) : tolerance;
        }

        float[] inputArray() {
            float[] array = new float[input.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = input.get(i);
            }
            return array;
        }

        float allowed() {
            return tolerance == null ? DEFAULT_TOLERANCE : tolerance;
        }
    }

    ModelCard {
        require(present(version, output, actions, golden), "version, actions, output and golden must be there");
        // it goes into the rows, so it keeps to the rules of their other texts
        version = Texts.id("version", version);
        require(inputSize >= 1 && inputSize <= 100_000, "input_size must be 1 to 100000");
        actions = List.copyOf(actions);
        require(
                actions.size() == Action.COUNT && EnumSet.copyOf(actions).size() == Action.COUNT,
                "actions must name HOLD, BUY and SELL once each, in the order of the output");
        require(golden.input().size() == inputSize, "golden.input must have input_size numbers");
        require(golden.output().size() == Action.COUNT, "golden.output must have 3 numbers");
    }

    /**
     * Reads a card.
     *
     * @throws IOException when the file is absent or not JSON, or a field is missing or of the wrong type
     */
    static ModelCard read(Path file) throws IOException {
        return READER.readValue(file.toFile());
    }

    /** Jackson hands null to a constructor for what a card leaves out. */
    private static boolean present(@Nullable Object... values) {
        return Stream.of(values).allMatch(Objects::nonNull);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
