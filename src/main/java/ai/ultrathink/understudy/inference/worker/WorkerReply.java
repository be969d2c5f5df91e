package ai.ultrathink.understudy.inference.worker;

import java.nio.FloatBuffer;

/** What the worker replies. */
public sealed interface WorkerReply {

    /** Of the request. */
    long sequence();

    /** The first frame of each life: the engine is loaded and the threads are there. */
    record Hello(long sequence, int protocol) implements WorkerReply {}

    /**
     * The version can serve.
     *
     * @param note why its batches are not larger; empty if there is no reason
     */
    record Loaded(long sequence, int block, int most, String note) implements WorkerReply {}

    /** The version cannot serve. */
    record Refused(long sequence, String reason) implements WorkerReply {}

    /**
     * The output of a pass, row by row.
     *
     * @param nanos the duration of the forward pass alone
     */
    record Scores(long sequence, long nanos, FloatBuffer values) implements WorkerReply {}

    /** The output of a pass has the wrong shape. */
    record Invalid(long sequence, String detail) implements WorkerReply {}

    /** The network failed, or is not loaded. */
    record Failed(long sequence, String detail) implements WorkerReply {}

    /** The reply to a ping. */
    record Pong(long sequence) implements WorkerReply {}
}
