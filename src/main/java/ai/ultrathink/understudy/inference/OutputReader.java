package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.util.List;

/** Reads one row of a network's output as an answer, or says why it is invalid. */
final class OutputReader {

    /** Float32 softmax over a few classes is off by 1e-7 or so; a model that forgot its softmax is off by far more. */
    private static final float SUM_TOLERANCE = 1e-3f;

    private final boolean logits;
    private final Actions actions;
    /** The column of each action. */
    private final int[] columns;

    OutputReader(List<String> outputOrder, ModelCard.Output output) {
        this.logits = output == ModelCard.Output.LOGITS;
        this.actions = Actions.of(outputOrder);
        this.columns = actions.names().stream().mapToInt(outputOrder::indexOf).toArray();
    }

    /** The actions, in the order of the answers. */
    Actions actions() {
        return actions;
    }

    /**
     * @param values the whole output, row by row
     * @param row index of the row
     * @param by the model that produced it, for the outcome
     * @param latencyNanos for the outcome
     */
    Outcome read(FloatBuffer values, int row, ModelVersion by, long latencyNanos) {
        int at = row * columns.length;
        float[] scores = new float[columns.length];
        boolean finite = true;
        boolean negative = false;
        float sum = 0;
        for (int i = 0; i < scores.length; i++) {
            float score = values.get(at + columns[i]);
            scores[i] = score;
            finite &= Float.isFinite(score);
            negative |= score < 0;
            sum += score;
        }
        if (!finite) {
            return new Outcome.Invalid("output is not finite: " + named(scores));
        }
        if (logits) {
            return new Outcome.Answered(Answer.of(actions, softmax(scores)), by, latencyNanos);
        }
        if (negative || Math.abs(sum - 1) > SUM_TOLERANCE) {
            return new Outcome.Invalid("output is not a probability distribution: " + named(scores) + " sum to " + sum);
        }
        return new Outcome.Answered(Answer.of(actions, scores), by, latencyNanos);
    }

    /** The expected answer of a card. It may be rounded, so its sum is not checked. */
    Answer expected(List<Float> row) {
        float[] scores = new float[columns.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = row.get(columns[i]);
        }
        return Answer.of(actions, logits ? softmax(scores) : scores);
    }

    private String named(float[] scores) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < scores.length; i++) {
            text.append(i == 0 ? "" : ", ").append(actions.name(i)).append(' ').append(scores[i]);
        }
        return text.toString();
    }

    /** Changes the logits in place. The exponentials are summed in double precision, in the order of the actions. */
    private static float[] softmax(float[] logits) {
        float max = logits[0];
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double[] powers = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            powers[i] = Math.exp(logits[i] - max);
            sum += powers[i];
        }
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (powers[i] / sum);
        }
        return logits;
    }
}
