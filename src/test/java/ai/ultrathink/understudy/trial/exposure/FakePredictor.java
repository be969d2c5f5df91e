package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.CallWatch;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Timing;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A model that answers when a test says so, and remembers how it was asked. */
public final class FakePredictor implements Predictor {

    public record Asked(Variant role, Duration deadline) {}

    public static final Outcome.Answered HOLD =
            new Outcome.Answered(new Answer(0.7f, 0.2f, 0.1f), "bull", "1", 100_000);
    public static final Outcome.Answered BUY =
            new Outcome.Answered(new Answer(0.1f, 0.8f, 0.1f), "bull_v2", "2", 300_000);

    private final String name;
    private final int inputSize;
    private final Actions actions;
    private final List<Asked> asked = new ArrayList<>();
    private final List<CallWatch> watches = new ArrayList<>();
    private final List<UniEmitter<? super Outcome>> waiting = new ArrayList<>();
    private int cancelled;

    /** A model that advises HOLD, BUY and SELL. */
    public FakePredictor(String name, int inputSize) {
        this(name, inputSize, Actions.USUAL);
    }

    public FakePredictor(String name, int inputSize, Actions actions) {
        this.name = name;
        this.inputSize = inputSize;
        this.actions = actions;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ModelVersion loaded() {
        return new ModelVersion(name, "1", "0123456789ab");
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public Actions actions() {
        return actions;
    }

    @Override
    public Uni<Outcome> predict(Features features, Variant role, Duration deadline, CallWatch watch) {
        return Uni.createFrom().emitter(emitter -> {
            asked.add(new Asked(role, deadline));
            watches.add(watch);
            waiting.add(emitter);
            emitter.onTermination(() -> cancelled++);
        });
    }

    /** Ends the call that waits longest. */
    public void answer(Outcome outcome) {
        waiting.removeFirst().complete(outcome);
    }

    /** The call that was asked last is late. */
    public void late(Timing cause) {
        watches.getLast().late(cause);
    }

    /** Breaks the promise that a predictor's Uni never fails. */
    public void fail(Throwable failure) {
        waiting.removeFirst().fail(failure);
    }

    public List<Asked> asked() {
        return asked;
    }

    public int cancelled() {
        return cancelled;
    }
}
