package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.trial.Reply;
import java.util.List;

/** What came of a request for inference. */
sealed interface Inferred {

    /**
     * An answer to each row.
     *
     * @param model the name that was asked for, and {@code version} what it stands for; never the treatment that may have answered
     * @param id of the request
     * @param outputs those that were asked for
     * @param explain whether the caller asked how a test placed the rows
     */
    record Answered(
            String model,
            String version,
            String id,
            List<RequestedOutputs.Asked> outputs,
            boolean explain,
            List<Reply.Served> rows)
            implements Inferred {

        /** Actions of each answer; the same for all, because the models of a test have the same. */
        int actions() {
            return rows.getFirst().answered().answer().actions().size();
        }

        boolean hasBinary() {
            return outputs.stream().anyMatch(RequestedOutputs.Asked::binary);
        }
    }

    /** No answer. */
    record Refused(Cause cause, String detail) implements Inferred {}

    /** Why there is no answer. */
    enum Cause {
        INVALID,
        NOT_FOUND,
        UNAVAILABLE
    }
}
