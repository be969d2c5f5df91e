package ai.ultrathink.understudy.inference;

import java.util.Optional;

/** Where treatments run. */
interface TreatmentRuntime extends AutoCloseable {

    /** Serves the queues of treatments. */
    QueueServer queues();

    /**
     * Loads a version where treatments run, before anything else loads it: if it ends its loader, it ends no other process.
     *
     * @throws ModelRefusedException if it cannot serve; the message says why
     */
    WorkerLoad load(ModelFolder folder, FolderContents contents) throws ModelRefusedException;

    /** Called when a version is no longer used. */
    void unload(WorkerCopy copy);

    /** Called at short intervals: ends a worker that hangs or takes too much memory. */
    void watch(long nowNanos);

    /** The state of the worker for readers, if there is one. */
    Optional<String> worker();

    @Override
    void close();

    /** Treatments run on the threads of this process. */
    record InProcess(QueueServer queues) implements TreatmentRuntime {

        @Override
        public WorkerLoad load(ModelFolder folder, FolderContents contents) {
            return new WorkerLoad.NotUsed();
        }

        @Override
        public void unload(WorkerCopy copy) {}

        @Override
        public void watch(long nowNanos) {}

        @Override
        public Optional<String> worker() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
