package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.http.inference.RequestedOutputs.Output;
import ai.ultrathink.understudy.oip.Datatype;
import ai.ultrathink.understudy.oip.RawTensors;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.trial.Reply;
import java.nio.FloatBuffer;
import java.util.List;

/** The outputs of an answer as numbers, texts or bytes. */
final class AnswerTensors {

    private final Inferred.Answered answered;

    AnswerTensors(Inferred.Answered answered) {
        this.answered = answered;
    }

    /** The shape of an output. */
    long[] shape(Output output) {
        long rows = answered.rows().size();
        return switch (output) {
            case ACTION_PROBABILITIES -> new long[] {rows, answered.actions()};
            case ACTION -> new long[] {rows};
        };
    }

    /** The probabilities of all rows, in the order of {@link #labels}. */
    float[] probabilities() {
        float[] numbers = new float[answered.rows().size() * answered.actions()];
        int next = 0;
        for (Reply.Served row : answered.rows()) {
            Answer answer = row.answered().answer();
            for (int action = 0; action < answered.actions(); action++) {
                numbers[next++] = answer.probability(action);
            }
        }
        return numbers;
    }

    /** The action of each row. */
    List<String> actions() {
        return answered.rows().stream()
                .map(row -> row.answered().answer().action())
                .toList();
    }

    /** The names of the actions, in the order of the probabilities, with commas. */
    String labels() {
        return String.join(
                ",", answered.rows().getFirst().answered().answer().actions().names());
    }

    /** An output as bytes. */
    byte[] bytes(Output output) {
        return switch (output) {
            case ACTION_PROBABILITIES -> RawTensors.ofNumbers(Datatype.FP32, FloatBuffer.wrap(probabilities()));
            case ACTION -> RawTensors.ofTexts(actions());
        };
    }
}
