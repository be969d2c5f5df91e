package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a network answers to some features, before and after it is read.
 *
 * @param version the version that was asked
 * @param input how it takes the features
 * @param head which tensor of its answer is read
 * @param logits whether the scores are logits, else probabilities
 * @param actions the actions in the order of the scores
 * @param scores the network's own numbers, one for each action; null if there was no such answer
 * @param outcome the result of the call
 */
public record DryRun(
        ModelVersion version,
        InputForm input,
        OutputHead head,
        boolean logits,
        List<String> actions,
        @Nullable List<Float> scores,
        Outcome outcome) {

    public DryRun {
        actions = List.copyOf(actions);
        scores = scores == null ? null : List.copyOf(scores);
    }

    /**
     * Asks a model as a treatment, where treatments run, so that control's requests come first. Nothing is recorded. The
     * Uni never fails.
     */
    static Uni<DryRun> of(Model model, Features features, Duration deadline) {
        return Uni.createFrom().deferred(() -> {
            LoadedModel loaded = model.current();
            Scores scores = new Scores(loaded.card().actions().size());
            return model.predict(features, Variant.TREATMENT, deadline, scores)
                    .map(outcome -> of(
                            loaded,
                            scores.seen,
                            model.current() == loaded
                                    ? outcome
                                    : new Outcome.Rejected("model " + model.name() + " was reloaded meanwhile")));
        });
    }

    private static DryRun of(LoadedModel loaded, @Nullable List<Float> scores, Outcome outcome) {
        ModelCard card = loaded.card();
        return new DryRun(
                loaded.version(),
                card.input(),
                card.head(),
                card.output() == ModelCard.Output.LOGITS,
                card.actions(),
                scores,
                outcome);
    }

    /** Copies the scores of one call. */
    private static final class Scores implements CallWatch {

        private final int count;
        private volatile @Nullable List<Float> seen;

        Scores(int count) {
            this.count = count;
        }

        @Override
        public boolean wanted() {
            return true;
        }

        @Override
        public void scored(FloatBuffer values, int row) {
            List<Float> scores = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                scores.add(values.get(row * count + i));
            }
            seen = scores;
        }
    }
}
