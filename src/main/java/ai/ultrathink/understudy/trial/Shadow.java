package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.util.function.Consumer;

/** Both models run at once; the caller gets control's answer when control has it and never waits for treatment. */
final class Shadow implements Strategy {

    @Override
    public Uni<Performance> run(Turn turn, Consumer<Performance> observed) {
        if (!turn.test().running()) {
            return turn.askControl()
                    .map(control -> new Performance(Group.SHADOW, control, null, Fallback.TEST_DISABLED))
                    .invoke(observed);
        }
        return Uni.createFrom().deferred(() -> {
            // memoized, because two wait for it: the caller and the comparison
            Uni<Outcome> control = turn.askControl().memoize().indefinitely();
            Uni.combine()
                    .all()
                    .unis(control, turn.askTreatment())
                    .with((c, t) -> new Performance(Group.SHADOW, c, t, null))
                    .subscribe()
                    .with(observed);
            return control.map(c -> new Performance(Group.SHADOW, c, null, null));
        });
    }
}
