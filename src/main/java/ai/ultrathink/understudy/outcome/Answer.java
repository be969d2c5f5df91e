package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.Actions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A model's answer: a probability for each of its actions, as the model computed it (float32). Immutable. */
public final class Answer {

    private final Actions actions;
    private final float[] probabilities;
    private final int chosen;

    private Answer(Actions actions, float[] probabilities) {
        if (probabilities.length != actions.size()) {
            throw new IllegalArgumentException(
                    probabilities.length + " probabilities for " + actions.size() + " actions: " + actions);
        }
        this.actions = actions;
        this.probabilities = probabilities;
        this.chosen = highest(probabilities);
    }

    /**
     * An answer of a model whose actions are HOLD, BUY and SELL.
     *
     * @param hold probability of HOLD
     * @param buy probability of BUY
     * @param sell probability of SELL
     */
    public Answer(float hold, float buy, float sell) {
        this(Actions.USUAL, new float[] {hold, buy, sell});
    }

    /**
     * An answer.
     *
     * @param probabilities in the order of the actions; the caller does not change them afterwards
     */
    public static Answer of(Actions actions, float[] probabilities) {
        return new Answer(actions, probabilities);
    }

    private static int highest(float[] probabilities) {
        int highest = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[highest]) {
                highest = i;
            }
        }
        return highest;
    }

    /** The actions that the model can advise. */
    public Actions actions() {
        return actions;
    }

    /** The action with the highest probability; the first of several with the same probability. */
    public String action() {
        return actions.name(chosen);
    }

    /** The probability of the chosen action. */
    public float confidence() {
        return probabilities[chosen];
    }

    /**
     * The probability of an action.
     *
     * @param index the action's place among {@link #actions}
     */
    public float probability(int index) {
        return probabilities[index];
    }

    /**
     * The probability of an action.
     *
     * @throws IllegalArgumentException if it is not one of the model's
     */
    public float probability(String action) {
        int index = actions.indexOf(action);
        if (index < 0) {
            throw new IllegalArgumentException(action + " is not one of " + actions);
        }
        return probabilities[index];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Answer answer
                        && actions.equals(answer.actions)
                        && Arrays.equals(probabilities, answer.probabilities));
    }

    @Override
    public int hashCode() {
        return 31 * actions.hashCode() + Arrays.hashCode(probabilities);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Answer[");
        for (int i = 0; i < probabilities.length; i++) {
            text.append(i == 0 ? "" : ", ").append(actions.name(i)).append("=").append(probabilities[i]);
        }
        return text.append("]").toString();
    }
}
