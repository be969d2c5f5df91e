package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Action;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.util.List;

/** Reads one row of a network's output as an answer, or says why it is invalid. */
final class OutputReader {

    /** Float32 softmax over three classes is off by 1e-7 or so; a model that forgot its softmax is off by far more. */
    private static final float SUM_TOLERANCE = 1e-3f;

    private final boolean logits;
    private final int hold;
    private final int buy;
    private final int sell;

    OutputReader(List<Action> outputOrder, ModelCard.Output output) {
        this.logits = output == ModelCard.Output.LOGITS;
        this.hold = outputOrder.indexOf(Action.HOLD);
        this.buy = outputOrder.indexOf(Action.BUY);
        this.sell = outputOrder.indexOf(Action.SELL);
    }

    /**
     * @param values the whole output, row by row
     * @param row index of the row
     * @param by the model that produced it, for the outcome
     * @param latencyNanos for the outcome
     */
    Outcome read(FloatBuffer values, int row, ModelVersion by, long latencyNanos) {
        int at = row * Action.COUNT;
        float h = values.get(at + hold);
        float b = values.get(at + buy);
        float s = values.get(at + sell);
        if (!Float.isFinite(h) || !Float.isFinite(b) || !Float.isFinite(s)) {
            return new Outcome.Invalid("output is not finite: HOLD " + h + ", BUY " + b + ", SELL " + s);
        }
        if (logits) {
            return new Outcome.Answered(softmax(h, b, s), by, latencyNanos);
        }
        float sum = h + b + s;
        if (h < 0 || b < 0 || s < 0 || Math.abs(sum - 1) > SUM_TOLERANCE) {
            return new Outcome.Invalid("output is not a probability distribution: HOLD " + h + ", BUY " + b + ", SELL "
                    + s + " sum to " + sum);
        }
        return new Outcome.Answered(new Answer(h, b, s), by, latencyNanos);
    }

    /** The expected answer of a card. It may be rounded, so its sum is not checked. */
    Answer expected(List<Float> row) {
        float h = row.get(hold);
        float b = row.get(buy);
        float s = row.get(sell);
        return logits ? softmax(h, b, s) : new Answer(h, b, s);
    }

    private static Answer softmax(float h, float b, float s) {
        float max = Math.max(h, Math.max(b, s));
        double eh = Math.exp(h - max);
        double eb = Math.exp(b - max);
        double es = Math.exp(s - max);
        double sum = eh + eb + es;
        return new Answer((float) (eh / sum), (float) (eb / sum), (float) (es / sum));
    }
}
