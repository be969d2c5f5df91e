package ai.ultrathink.understudy.experiment;

/** Action that a model advises. The ordinal is the index in the model's output. */
public enum Action {
    HOLD,
    BUY,
    SELL;

    private static final Action[] BY_INDEX = values();

    /** The number of actions, which is the width of every model's output. */
    public static final int COUNT = BY_INDEX.length;

    /**
     * The action at an index of the model's output.
     *
     * @param index 0, 1 or 2
     */
    public static Action at(int index) {
        return BY_INDEX[index];
    }
}
