package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.inference.remote.RemoteTarget;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Contents of {@code model.json}.
 *
 * @param version for readers and stored rows; 1–100 characters
 * @param inputSize the number of features that the model takes
 * @param actions the names of its actions, in the order of the model's output
 * @param output whether the model's output is probabilities or logits
 * @param golden an input with the answer that the model must give
 * @param parameters the number of weights, or null if the card does not give it
 * @param input how the network takes its features
 * @param head which tensor of the network's answer has the scores
 * @param runtime what runs the network
 * @param sha256 of the network's file in hexadecimal digits, or null if the card does not give it
 * @param remote the server that answers for it; null unless the runtime is remote
 */
record ModelCard(
        String version,
        int inputSize,
        List<String> actions,
        Output output,
        Golden golden,
        @Nullable Long parameters,
        InputForm input,
        OutputHead head,
        ModelRuntime runtime,
        @Nullable String sha256,
        @Nullable RemoteTarget remote) {

    /** A card of a network that takes rows of float32 numbers and answers with one tensor. */
    ModelCard(
            String version,
            int inputSize,
            List<String> actions,
            Output output,
            Golden golden,
            @Nullable Long parameters) {
        this(
                version,
                inputSize,
                actions,
                output,
                golden,
                parameters,
                InputForm.row(inputSize),
                OutputHead.ONLY,
                ModelRuntime.TORCHSCRIPT,
                null,
                null);
    }

    /** The card with another golden question. */
    ModelCard with(Golden other) {
        return new ModelCard(
                version, inputSize, actions, output, other, parameters, input, head, runtime, sha256, remote);
    }

    /** How to interpret the model's output. */
    enum Output {
        PROBABILITIES,
        LOGITS
    }

    /**
     * A question with its known answer.
     *
     * @param input as many numbers as the model takes; empty if the service chooses them
     * @param output the model's raw output for it; empty if the service records it at the first load
     * @param tolerance the allowed error of each number
     */
    record Golden(
            List<Float> input, List<Float> output, @Nullable Float tolerance) {

        private static final float DEFAULT_TOLERANCE = 1e-4f;

        /** A card without a golden question. */
        static final Golden NONE = new Golden(List.of(), List.of(), null);

        Golden {
            input = List.copyOf(input);
            output = List.copyOf(output);
            tolerance = tolerance == null ? Float.valueOf(DEFAULT_TOLERANCE) : tolerance;
        }

        /** Whether the answer is known. */
        boolean answered() {
            return !output.isEmpty();
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
        // stored with each row, so the rules for stored text apply
        version = IdentifierRules.id("version", version);
        require(inputSize >= 1 && inputSize <= 100_000, "input_size must be 1 to 100000");
        actions = List.copyOf(actions);
        Actions.of(actions);
        require(input.size() == inputSize, "input.shape must have input_size numbers");
        require(
                golden.input().size() == inputSize || (golden.input().isEmpty() && !golden.answered()),
                "golden.input must have input_size numbers");
        require(
                golden.output().size() == actions.size() || !golden.answered(),
                "golden.output must have a number for each action");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
