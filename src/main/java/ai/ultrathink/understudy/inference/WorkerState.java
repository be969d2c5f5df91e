package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import org.jspecify.annotations.Nullable;

/** State of the worker, seen from the service. */
sealed interface WorkerState {

    /** For readers. */
    String describe();

    /**
     * It is being started, or loads its versions.
     *
     * @param after why it ended before, or null at the first start
     */
    record Starting(@Nullable WorkerEnd after) implements WorkerState {
        @Override
        public String describe() {
            return "starting" + (after == null ? "" : " again: " + after.detail());
        }
    }

    /** It answers. */
    record Serving(WorkerLife life) implements WorkerState {
        @Override
        public String describe() {
            return "serving in process " + life.pid();
        }
    }

    /** It ended, or did not start, and a pause passes before its next start. */
    record Resting(WorkerEnd after) implements WorkerState {
        @Override
        public String describe() {
            return "waiting for its next start: " + after.detail();
        }
    }

    /** The service is stopping. */
    record Stopped() implements WorkerState {
        @Override
        public String describe() {
            return "stopped";
        }
    }
}
