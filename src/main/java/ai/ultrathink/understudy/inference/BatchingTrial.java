package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.TrialPasses.AloneException;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Determines how a network's rows can run together on this machine. Rows run alone, twice, and then in passes of every
 * size and at every position, next to other rows. Processors and networks differ, so results from another machine do
 * not apply.
 */
final class BatchingTrial {

    private static final Logger LOG = Logger.getLogger(BatchingTrial.class);

    /**
     * Block sizes to try. A matrix product works in blocks of rows; if passes of 8 change bits, passes of 16 may not.
     */
    private static final int[] BLOCKS = {8, 16};
    /** The first passes of a network are a thousand times slower than the later ones. */
    private static final int WARM_UP_PASSES = 3;
    /** Time limit. Sizes not tried by then are not used, so that a slow network does not delay the start. */
    private static final Duration WITHIN = Duration.ofSeconds(2);

    private final Network network;
    private final TrialPasses passes;
    private final int maxRows;
    private final TimeSource time;
    private final long startNanos;

    /**
     * @param width how many numbers answer a row
     * @param maxRows the largest batch that the network will get
     */
    BatchingTrial(Network network, TorchThread torch, int width, int maxRows, TimeSource time) {
        this.network = network;
        this.passes = new TrialPasses(network, torch, width);
        this.maxRows = maxRows;
        this.time = time;
        this.startNanos = time.nanoTime();
    }

    /**
     * Runs the network about a hundred times.
     *
     * @throws ModelRefusedException if it has no answer to the golden input, or two different ones
     */
    Batching run(float[] golden) throws ModelRefusedException {
        askAlone(golden);
        try {
            if (!passes.sameAgain()) {
                throw new AloneException("the last bits of its answers change from call to call on this processor");
            }
            return inCompany();
        } catch (AloneException e) {
            return Batching.rowByRow(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return Batching.rowByRow("a batch of several rows fails: " + e.getMessage());
        }
    }

    private void askAlone(float[] golden) throws ModelRefusedException {
        try {
            for (int pass = 0; pass < WARM_UP_PASSES; pass++) {
                passes.alone(golden);
            }
            passes.enter(golden);
        } catch (AloneException e) {
            throw new ModelRefusedException(String.valueOf(e.getMessage()), e);
        }
        for (float[] row : TrialRows.beside(golden)) {
            try {
                passes.enter(row);
            } catch (AloneException | RuntimeException e) {
                // the network may fail on a generated row
                LOG.debugf("left out: %s", e.getMessage());
            }
        }
    }

    private Batching inCompany() throws AloneException {
        if (maxRows == 1) {
            throw new AloneException("understudy.inference.max-batch is 1");
        }
        Optional<String> onlyOneRow = network.onlyOneRow();
        if (onlyOneRow.isPresent()) {
            throw new AloneException(onlyOneRow.get());
        }
        if (passes.rows() < 2) {
            throw new AloneException("the network answers no row but the golden one, so batches cannot be tried");
        }
        // two first: a network that fails on batches does less harm than with many rows
        passes.repeated(2);
        Batching best = null;
        for (int block : BLOCKS) {
            if (best == null || best.note() != null) {
                best = larger(best, largest(block));
            }
        }
        return best == null
                ? Batching.rowByRow("a batch changes the last bits of its answers on this processor")
                : best;
    }

    private static @Nullable Batching larger(@Nullable Batching one, @Nullable Batching other) {
        return one == null || (other != null && other.most() > one.most()) ? other : one;
    }

    /** The largest batching with this block size; null if not even one block keeps the bits. */
    private @Nullable Batching largest(int block) throws AloneException {
        List<float[]> expected = passes.repeated(block);
        int wanted = Math.ceilDiv(maxRows, block) * block;
        int most = 0;
        String note = null;
        while (most < wanted && note == null) {
            int size = most + block;
            if (time.nanoTime() - startNanos > WITHIN.toNanos()) {
                note = "larger batches were not tried: the smaller ones took " + WITHIN.toSeconds() + " s";
            } else if (passes.keepsBits(size, expected)) {
                most = size;
            } else {
                note = "a batch of " + size + " changes the last bits of its answers on this processor";
            }
        }
        return most == 0 ? null : new Batching(block, most, note);
    }
}
