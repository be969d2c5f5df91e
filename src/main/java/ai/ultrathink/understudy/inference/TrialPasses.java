package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Passes of a {@link BatchingTrial}: rows run alone and in batches, and their answers are compared. */
final class TrialPasses {

    /** Largest difference due to rounding, relative to the answer if that is above 1. */
    private static final double ROUNDING = 1e-4;

    private final Network network;
    private final TorchThread torch;
    private final int width;
    private final List<float[]> rows = new ArrayList<>();
    private final List<float[]> alone = new ArrayList<>();

    /** The network's rows cannot share a pass; the message says why. */
    static final class AloneException extends Exception {
        private static final long serialVersionUID = 1L;

        AloneException(String why) {
            super(why);
        }
    }

    /** @param width how many numbers answer a row */
    TrialPasses(Network network, TorchThread torch, int width) {
        this.network = network;
        this.torch = torch;
        this.width = width;
    }

    /** The number of rows in the trial. */
    int rows() {
        return rows.size();
    }

    /** Runs a row alone and adds it to the trial. */
    void enter(float[] row) throws AloneException {
        float[] answer = alone(row);
        rows.add(row);
        alone.add(answer);
    }

    /** The answer to a row that runs alone. */
    float[] alone(float[] row) throws AloneException {
        return answer(shaped(network.forward(torch, row, 1), 1), 0);
    }

    /**
     * Runs each row alone once more, in another order.
     *
     * @return whether each answer had the same bits
     * @throws ModelRefusedException if the answers differ by more than rounding
     */
    boolean sameAgain() throws ModelRefusedException, AloneException {
        boolean same = true;
        for (int i = rows.size() - 1; i >= 0; i--) {
            float[] again = alone(rows.get(i));
            if (far(alone.get(i), again)) {
                throw new ModelRefusedException("the same row is answered with " + Arrays.toString(alone.get(i))
                        + " and then with " + Arrays.toString(again) + "; allowed: one answer. Export the network"
                        + " after eval(), which leaves dropout out; it must not draw random numbers or keep anything"
                        + " from call to call");
            }
            same &= same(alone.get(i), again);
        }
        return same;
    }

    /**
     * The answer to each row in a pass of this size that holds only copies of the row, as for a request that runs
     * alone.
     */
    List<float[]> repeated(int size) throws AloneException {
        List<float[]> answers = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            float[] answer = answer(shaped(network.forward(torch, rows.get(i), size), size), 0);
            compare(i, answer);
            answers.add(answer);
        }
        return answers;
    }

    /** Whether each row has the expected bits at each position of a pass of this size, next to other rows. */
    boolean keepsBits(int size, List<float[]> expected) throws AloneException {
        for (int shift = 0; shift < rows.size(); shift++) {
            NetworkOutput output = together(size, shift);
            for (int place = 0; place < size; place++) {
                int row = (place + shift) % rows.size();
                float[] answer = answer(output, place);
                compare(row, answer);
                if (!same(expected.get(row), answer)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** One pass filled with the rows in turn, starting at the shifted one. */
    private NetworkOutput together(int size, int shift) throws AloneException {
        int columns = rows.getFirst().length;
        FloatBuffer input = torch.input(size * columns);
        for (int place = 0; place < size; place++) {
            input.put(rows.get((place + shift) % rows.size()));
        }
        return shaped(network.forward(torch, size, columns), size);
    }

    private void compare(int row, float[] answer) throws AloneException {
        if (far(alone.get(row), answer)) {
            throw new AloneException("the answer to a row depends on the rows next to it");
        }
    }

    private NetworkOutput shaped(NetworkOutput output, int rows) throws AloneException {
        if (!output.isMatrix(rows, width)) {
            throw new AloneException("output for a batch of " + rows + " has shape " + output.shape() + ", expected ["
                    + rows + ", " + width + "]");
        }
        return output;
    }

    private float[] answer(NetworkOutput output, int row) {
        float[] answer = new float[width];
        output.values().get(row * width, answer);
        return answer;
    }

    /** Compares bits; all NaNs are equal. */
    private static boolean same(float[] one, float[] other) {
        return Arrays.equals(one, other);
    }

    private static boolean far(float[] one, float[] other) {
        for (int i = 0; i < one.length; i++) {
            double allowed = ROUNDING * Math.max(1, Math.abs(one[i]));
            if (Float.compare(one[i], other[i]) != 0 && !(Math.abs((double) one[i] - other[i]) <= allowed)) {
                return true;
            }
        }
        return false;
    }
}
