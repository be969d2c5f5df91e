package ai.ultrathink.understudy.http.model;

import ai.ultrathink.understudy.inference.DryRun;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a model answers to some features. */
@Schema(name = "DryRun")
record DryRunView(
        String model,
        String modelVersion,

        @Schema(description = "the first 12 digits of SHA-256 over its card and network")
        String modelDigest,

        InputView input,
        OutputView output,

        @Schema(description = "in the order of the network's output")
        List<String> actions,

        @Schema(
                description =
                        "the network's own numbers, one for each action; null in the place of one that is not finite, and"
                                + " altogether if the network gave none")
        @Nullable List<@Nullable Float> raw,

        @Schema(description = "why this is no answer that a caller would get") @Nullable String problem,

        @Nullable String action,
        @Nullable Float confidence,
        @Nullable Map<String, Float> actionProbabilities,
        @Nullable Double latencyMs) {

    /** How the network takes the features. */
    @Schema(name = "DryRunInput")
    record InputView(
            @Schema(description = "of one row, without the batch")
            List<Integer> shape,

            @Schema(enumeration = {"float32", "float64", "int32", "int64"})
            String dtype,

            @Nullable String name) {}

    /** Which of the network's numbers are the scores. */
    @Schema(name = "DryRunOutput")
    record OutputView(
            @Schema(enumeration = {"probabilities", "logits"})
            String kind,

            @Schema(description = "in a tuple or a list, from 0") @Nullable Integer index,

            @Schema(description = "in a dictionary") @Nullable String name) {}

    static DryRunView of(DryRun dry) {
        Outcome.Answered answered = dry.outcome() instanceof Outcome.Answered given ? given : null;
        Answer answer = answered == null ? null : answered.answer();
        return new DryRunView(
                dry.version().name(),
                dry.version().version(),
                dry.version().shownDigest(),
                new InputView(
                        dry.input().shape(),
                        dry.input().type().text(),
                        dry.input().name()),
                new OutputView(
                        dry.logits() ? "logits" : "probabilities",
                        dry.head().index(),
                        dry.head().name()),
                dry.actions(),
                raw(dry.scores()),
                dry.outcome() instanceof Outcome.Failure failure ? failure.detail() : null,
                answer == null ? null : answer.action(),
                answer == null ? null : answer.confidence(),
                answer == null ? null : probabilities(answer, dry.actions()),
                answered == null ? null : answered.latencyMillis());
    }

    private static @Nullable List<@Nullable Float> raw(@Nullable List<Float> scores) {
        if (scores == null) {
            return null;
        }
        // JSON has no number for the others
        List<@Nullable Float> raw = new ArrayList<>();
        scores.forEach(score -> raw.add(Float.isFinite(score) ? score : null));
        return raw;
    }

    private static Map<String, Float> probabilities(Answer answer, List<String> actions) {
        Map<String, Float> probabilities = new LinkedHashMap<>();
        actions.forEach(action -> probabilities.put(action, answer.probability(action)));
        return probabilities;
    }
}
