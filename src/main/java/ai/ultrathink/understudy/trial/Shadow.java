package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;

/** Both models run at once; the caller gets control's answer when control has it and never waits for treatment. */
final class Shadow implements Strategy {

    @Override
    public Uni<Performance> run(Turn turn) {
        if (!turn.test().running()) {
            return turn.askControl()
                    .map(control -> Performance.done(Group.SHADOW, control, null, Fallback.TEST_DISABLED));
        }
        return Uni.createFrom().deferred(() -> {
            // memoized, because each is started here and heard later
            Uni<Outcome> control = turn.askControl().memoize().indefinitely();
            Uni<Outcome> treatment = turn.askTreatment().memoize().indefinitely();
            control.subscribe().with(outcome -> {});
            treatment.subscribe().with(outcome -> {});
            return control.map(outcome -> Performance.shadowed(outcome, treatment));
        });
    }
}
