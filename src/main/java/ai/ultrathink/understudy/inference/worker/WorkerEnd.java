package ai.ultrathink.understudy.inference.worker;

import java.io.Serializable;

/**
 * Why a worker ended.
 *
 * @param kind for metrics: the name of a signal in lower case, {@code hang}, {@code memory}, {@code loading}, {@code exit}, {@code start},
 *     {@code
 *     socket} or {@code stopped}
 * @param detail for readers, as a clause whose subject is the worker, such as {@code it ended with SIGSEGV}
 */
public record WorkerEnd(String kind, String detail) implements Serializable {

    /** The kind of a worker that could not be started. */
    public static final String START = "start";

    /** The kind of a worker that ended with the service. */
    public static final String STOPPED = "stopped";

    /** The kind of a worker that did not finish loading a version. */
    public static final String LOADING = "loading";

    public static WorkerEnd hang(String detail) {
        return new WorkerEnd("hang", detail);
    }

    public static WorkerEnd memory(String detail) {
        return new WorkerEnd("memory", detail);
    }

    /** It did not finish loading a version. */
    public static WorkerEnd loading(String detail) {
        return new WorkerEnd(LOADING, detail);
    }

    /** It could not be started. */
    public static WorkerEnd start(String detail) {
        return new WorkerEnd(START, detail);
    }

    static WorkerEnd stopped() {
        return new WorkerEnd(STOPPED, "it was stopped with the service");
    }

    static WorkerEnd socket(String detail) {
        return new WorkerEnd("socket", detail);
    }
}
