package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.ModelVersion;

/** Result of one model call: an answer, or one of five failures. A predictor returns one of these and never throws. */
public sealed interface Outcome {

    /** Whether the service lacked capacity. This says nothing about the model. */
    default boolean lackOfCapacity() {
        return false;
    }

    /**
     * The model answered.
     *
     * @param answer its probabilities
     * @param by the model that computed them, in the version that did
     * @param latencyNanos duration of the forward pass in nanoseconds, without the time spent waiting for a thread
     */
    record Answered(Answer answer, ModelVersion by, long latencyNanos) implements Outcome {

        /** An answer of a model whose digest is unknown. */
        public Answered(Answer answer, String model, String version, long latencyNanos) {
            this(answer, ModelVersion.withoutDigest(model, version), latencyNanos);
        }

        /** The name of the model that answered. */
        public String model() {
            return by.name();
        }

        /** That model's version, as its card says. */
        public String version() {
            return by.version();
        }

        /** {@link #latencyNanos} in milliseconds. */
        public double latencyMillis() {
            return latencyNanos / 1e6;
        }
    }

    /** A failure, with its name for the database, the metrics and the caller. */
    sealed interface Failure extends Outcome {

        /** {@code timeout}, {@code queued}, {@code rejected}, {@code error} or {@code invalid}. */
        String code();

        /** What happened, in words. */
        String detail();

        /** The same on one line of at most 200 characters, as it is stored with the row. */
        default String brief() {
            return Brief.of(detail());
        }
    }

    /** No answer within the deadline. The model may still be running; its answer is discarded. */
    record TimedOut(long deadlineMillis) implements Failure {
        @Override
        public String code() {
            return "timeout";
        }

        @Override
        public String detail() {
            return "no answer within " + deadlineMillis + " ms";
        }
    }

    /** No answer within the deadline, because the request waited for capacity, not because the model was slow. */
    record Queued(long deadlineMillis) implements Failure {
        @Override
        public String code() {
            return "queued";
        }

        @Override
        public String detail() {
            return "no answer within " + deadlineMillis + " ms, because it waited for other requests";
        }

        @Override
        public boolean lackOfCapacity() {
            return true;
        }
    }

    /** The model was not run: it was at capacity, or it was reloaded or removed while the call waited. */
    record Rejected(String detail) implements Failure {
        @Override
        public String code() {
            return "rejected";
        }

        @Override
        public boolean lackOfCapacity() {
            return true;
        }
    }

    /** The model threw an exception, or it is not loaded. */
    record Failed(String detail) implements Failure {
        @Override
        public String code() {
            return "error";
        }
    }

    /**
     * The model's output is invalid: a wrong shape, a number that is not finite, or probabilities that do not sum to 1.
     */
    record Invalid(String detail) implements Failure {
        @Override
        public String code() {
            return "invalid";
        }
    }
}
