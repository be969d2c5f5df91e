package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.Action;

/**
 * A model's answer: a probability for each action, as the model computed it (float32).
 *
 * @param hold probability of HOLD
 * @param buy probability of BUY
 * @param sell probability of SELL
 */
public record Answer(float hold, float buy, float sell) {

    /** The action with the highest probability; the first of several with the same probability. */
    public Action action() {
        if (hold >= buy && hold >= sell) {
            return Action.HOLD;
        }
        return buy >= sell ? Action.BUY : Action.SELL;
    }

    /** The probability of the chosen action. */
    public float confidence() {
        return Math.max(hold, Math.max(buy, sell));
    }

    /** The probability of an action. */
    public float probability(Action action) {
        return switch (action) {
            case HOLD -> hold;
            case BUY -> buy;
            case SELL -> sell;
        };
    }
}
