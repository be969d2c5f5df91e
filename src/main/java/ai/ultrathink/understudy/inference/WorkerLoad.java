package ai.ultrathink.understudy.inference;

/** What came of loading a version in the worker, where it was not refused. */
sealed interface WorkerLoad {

    /** The worker has loaded it, and its golden answer is right. */
    record Loaded(WorkerCopy copy, Batching batching) implements WorkerLoad {}

    /** There is no worker at this time. The copy is loaded by the next one. */
    record Later(WorkerCopy copy) implements WorkerLoad {}

    /** Treatments run in this process. */
    record NotUsed() implements WorkerLoad {}
}
