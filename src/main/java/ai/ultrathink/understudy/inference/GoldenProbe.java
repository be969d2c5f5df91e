package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/** Asks a model its golden question in the same way as every request, and checks the answer. */
final class GoldenProbe {

    private GoldenProbe() {}

    /** Returns the answer if it matches the card, otherwise a failure. */
    static Uni<Outcome> ask(Model model, Variant role, Duration deadline) {
        return Uni.createFrom().deferred(() -> {
            if (model.stuck()) {
                return Uni.createFrom()
                        .item(new Outcome.Rejected("a thread is stuck in model " + model.name()
                                + "; the probe runs again when the thread returns or another version is loaded"));
            }
            LoadedModel loaded = model.current();
            Features question = Features.of(loaded.card().golden().inputArray());
            Uni<Outcome> answer = model.predict(question, role, deadline).map(outcome -> {
                if (model.current() != loaded) {
                    // the answer of one version says nothing about another
                    return new Outcome.Rejected("model " + model.name() + " was reloaded during the probe");
                }
                return outcome instanceof Outcome.Answered answered ? check(answered, loaded) : outcome;
            });
            RemoteArm arm = loaded.arm();
            return arm == null ? answer : onServer(answer, arm.server(), deadline);
        });
    }

    /** A server may have another model under the same name: what it says of the model must not have changed either. */
    private static Uni<Outcome> onServer(Uni<Outcome> answer, RemoteServer server, Duration deadline) {
        return Uni.combine()
                .all()
                .unis(answer, server.change(deadline))
                .with((answered, changed) -> changed.orElse(answered));
    }

    /** Softmax brings two rows of logits closer together, never further apart, so the card's tolerance serves both. */
    private static Outcome check(Outcome.Answered answered, LoadedModel loaded) {
        ModelCard card = loaded.card();
        Answer expected = loaded.goldenAnswer();
        List<String> actions = card.actions();
        for (int i = 0; i < actions.size(); i++) {
            float got = answered.answer().probability(actions.get(i));
            float due = expected.probability(actions.get(i));
            if (!(Math.abs(got - due) <= card.golden().allowed())) {
                return new Outcome.Invalid("golden answer [" + i + "] is " + got + ", model.json expects " + due
                        + " within " + card.golden().allowed());
            }
        }
        return answered;
    }
}
