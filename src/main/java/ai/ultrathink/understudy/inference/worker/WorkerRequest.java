package ai.ultrathink.understudy.inference.worker;

import java.nio.FloatBuffer;

/** What the service asks of its worker. */
public sealed interface WorkerRequest {

    /** Unique in the life of a worker; the reply has the same number. */
    long sequence();

    /**
     * Load a version, warm it up and ask its golden question.
     *
     * @param handle the number by which passes name it
     * @param digest of the files that are expected in the folder
     * @param maxRows the largest batch that it will get
     * @param block the block size of its batches, or 0 to find out
     * @param most the largest batch if the block size is known, else 0
     */
    record Load(
            long sequence,
            int handle,
            String name,
            String folder,
            String digest,
            int maxRows,
            long mostNetworkBytes,
            int block,
            int most)
            implements WorkerRequest {}

    /** Free a version. No pass of it follows, and there is no reply. */
    record Unload(long sequence, int handle) implements WorkerRequest {}

    /** A forward pass over rows. The values are only valid during the call that they are passed to. */
    record Pass(long sequence, int handle, int rows, int columns, FloatBuffer values) implements WorkerRequest {}

    /** Show that you are alive. */
    record Ping(long sequence) implements WorkerRequest {}
}
