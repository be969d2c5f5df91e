package ai.ultrathink.understudy.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Input rows of a {@link BatchingTrial}: the golden input and similar rows, the same at every load. */
final class TrialRows {

    private static final int LIKE_IT = 4;
    private static final int OTHERS = 4;

    private TrialRows() {}

    /** Generated rows: finite and of the golden input's size. The network may fail on them. */
    static List<float[]> beside(float[] golden) {
        Random random = new Random(golden.length);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < LIKE_IT; i++) {
            rows.add(like(golden, random));
        }
        double scale = scale(golden);
        for (int i = 0; i < OTHERS; i++) {
            rows.add(normal(golden.length, scale, random));
        }
        return rows;
    }

    /** Each number keeps its sign and its magnitude. */
    private static float[] like(float[] golden, Random random) {
        float[] row = new float[golden.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (golden[i] * (0.5 + random.nextDouble()));
        }
        return row;
    }

    private static float[] normal(int size, double scale, Random random) {
        float[] row = new float[size];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (random.nextGaussian() * scale);
        }
        return row;
    }

    /**
     * The golden input's root mean square, limited so that its square is a finite float; 1 if the input is all zeros.
     */
    private static double scale(float[] golden) {
        double squares = 0;
        for (float value : golden) {
            squares += (double) value * value;
        }
        return squares == 0 ? 1 : Math.min(Math.sqrt(squares / golden.length), 1e6);
    }
}
