package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.subscription.UniSubscriber;
import io.smallrye.mutiny.subscription.UniSubscription;

/** A caller that throws when it is answered. */
final class BreakingCaller implements UniSubscriber<Outcome> {

    private BreakingCaller() {}

    static void ask(Predictor model) {
        model.predict(Features.of(0.5f), Variant.CONTROL, PoolFixture.DEADLINE)
                .subscribe()
                .withSubscriber(new BreakingCaller());
    }

    @Override
    public void onSubscribe(UniSubscription subscription) {}

    @Override
    public void onItem(Outcome outcome) {
        throw new IllegalStateException("broken caller");
    }

    @Override
    public void onFailure(Throwable failure) {}
}
