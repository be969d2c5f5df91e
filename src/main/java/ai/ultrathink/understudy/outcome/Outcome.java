package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.ModelVersion;

/** What became of a model's turn. There is no fifth case: a predictor hands out one of these and never throws. */
public sealed interface Outcome {

    /**
     * The model answered.
     *
     * @param answer its probabilities
     * @param by the model that computed them, in the version that did
     * @param latencyNanos what the forward pass took, in nanoseconds; waiting for a thread is not the model's doing
     */
    record Answered(Answer answer, ModelVersion by, long latencyNanos) implements Outcome {

        /** By a model of which no digest is known. */
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

    /** A failure; each says what to call it in the database, in metrics and to the caller. */
    sealed interface Failure extends Outcome {

        /** {@code timeout}, {@code rejected}, {@code error} or {@code invalid}. */
        String code();

        /** For people: what happened. */
        String detail();

        /** The same on one line and within 200 characters, as it is kept with the row. */
        default String brief() {
            return Brief.of(detail());
        }
    }

    /** No answer within the deadline. The model may still be running; its answer will be thrown away. */
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

    /** The model did not get a turn: its queue was full, the guard was open or it is not loaded. */
    record Rejected(String detail) implements Failure {
        @Override
        public String code() {
            return "rejected";
        }
    }

    /** The model threw. */
    record Failed(String detail) implements Failure {
        @Override
        public String code() {
            return "error";
        }
    }

    /** The model answered nonsense: a wrong shape, a number that is not finite, probabilities that do not sum to 1. */
    record Invalid(String detail) implements Failure {
        @Override
        public String code() {
            return "invalid";
        }
    }
}
