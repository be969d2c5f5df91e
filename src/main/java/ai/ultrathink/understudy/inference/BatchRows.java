package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.outcome.Outcome;
import java.util.List;

/** The rows of a batch in one array, which is reused from batch to batch. Used by one thread. */
final class BatchRows {

    private float[] values = new float[0];

    /**
     * Copies the rows. The last row is repeated as padding, so that a failure is never due to another caller's row.
     *
     * @param rows with the padding
     * @return an array of at least {@code rows * columns} numbers
     */
    float[] gather(List<PendingCall> batch, int columns, int rows) {
        if (values.length < rows * columns) {
            values = new float[rows * columns];
        }
        for (int row = 0; row < rows; row++) {
            batch.get(Math.min(row, batch.size() - 1)).features().copyTo(values, row * columns);
        }
        return values;
    }

    /** Ends a call whose features do not fit: a reload may have changed the input size after a request was validated. */
    static boolean refused(PendingCall call, int columns) {
        if (call.features().size() == columns) {
            return false;
        }
        call.end(new Outcome.Rejected("the model was reloaded and now takes " + columns + " features, not "
                + call.features().size()));
        return true;
    }
}
