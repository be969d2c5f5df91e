package ai.ultrathink.understudy.outcome;

/** What became of a model's turn. There is no fifth case: a predictor hands out one of these and never throws. */
public sealed interface Outcome {

    /**
     * The model answered.
     *
     * @param answer its probabilities
     * @param model the model that computed them
     * @param version that model's version
     * @param latencyNanos what the forward pass took, in nanoseconds; waiting for a thread is not the model's doing
     */
    record Answered(Answer answer, String model, String version, long latencyNanos) implements Outcome {

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
