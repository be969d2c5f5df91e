package ai.ultrathink.understudy.inference.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Which tensor of a network's answer has the scores of the actions.
 *
 * @param index its place in a tuple or a list, from 0
 * @param name its key in a dictionary
 */
public record OutputHead(@Nullable Integer index, @Nullable String name) {

    /** The only tensor. */
    public static final OutputHead ONLY = new OutputHead(null, null);

    /** Whether the card names no tensor. */
    public boolean any() {
        return index == null && name == null;
    }
}
