package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Judgement;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredRamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a person may do to a ramp. Each is a rule that is applied to the test and its ramp as they are at that moment, so that
 * of two people the second decides about what the first has left.
 */
final class RampRules {

    private final String actor;
    private final Instant now;

    RampRules(String actor, Instant now) {
        this.actor = actor;
        this.now = now;
    }

    /** A ramp from its first stage on; a ramp that has ended is replaced. */
    Function<Standing, Change> start(RampPlan plan) {
        return standing -> {
            Experiment test = standing.test();
            StoredRamp before = standing.ramp();
            if (before != null && Ramp.of(before).state() instanceof Ongoing ongoing) {
                return new Change.Refused("test " + test.testId() + " has a ramp already, which is "
                        + ongoing.wireName() + "; abort it first");
            }
            if (!test.enabled()) {
                return disabled(test);
            }
            Experiment started = Ramp.begun(plan, now, 0).state().stage().appliedTo(test, plan);
            Ramp ramp = Ramp.begun(plan, now, standing.generationOf(started));
            return new Change.To(started, ramp.stored(), List.of(started(ramp)));
        };
    }

    /** The event of a ramp's beginning. */
    Deed started(Ramp ramp) {
        return Deed.of(actor, "ramp_started", "begins with " + ramp.where());
    }

    Function<Standing, Change> pause() {
        return onRamp((standing, ramp) -> switch (ramp.state()) {
            case Underway underway ->
                to(standing.test(), ramp.in(underway.pause("by " + actor, now)), "ramp_paused", ramp.where());
            case Paused paused -> new Change.None();
            case Finished ended -> ended(ended);
            case Aborted ended -> ended(ended);
        });
    }

    /** The test is again as the stage has it, whatever was done to it by hand. */
    Function<Standing, Change> resume() {
        return onRamp((standing, ramp) -> switch (ramp.state()) {
            case Paused paused ->
                standing.test().enabled()
                        ? to(
                                paused.stage().appliedTo(standing.test(), ramp.plan()),
                                ramp.in(paused.resume(now)),
                                "ramp_resumed",
                                ramp.where())
                        : disabled(standing.test());
            case Underway underway -> new Change.None();
            case Finished ended -> ended(ended);
            case Aborted ended -> ended(ended);
        });
    }

    /**
     * The next stage.
     *
     * @param judgement of the evidence now
     */
    Function<Standing, Change> approve(Judgement judgement, List<GenerationEvidence> evidence) {
        return onRamp((standing, ramp) -> {
            if (!(ramp.state() instanceof AwaitingApproval awaiting)) {
                return new Change.Refused(
                        "nothing awaits approval: the ramp is " + ramp.state().wireName() + " at " + ramp.where());
            }
            Progress progress = Progress.of(judgement, awaiting.stage().samples(evidence, ramp.plan()));
            RampState next =
                    awaiting.approve(ramp.plan(), progress, now, standing.test().generation() + 1);
            if (next.equals(awaiting)) {
                return new Change.Refused("the evidence does not say any more that every limit is kept: "
                        + String.join("; ", judgement.reasons()));
            }
            Ramp after = ramp.in(next);
            return new Change.To(
                    next.stage().appliedTo(standing.test(), ramp.plan()),
                    after.stored(),
                    List.of(
                            Deed.of(actor, "ramp_approved", ramp.where() + " has come to its end"),
                            Deed.of(actor, "ramp_step", after.where())));
        });
    }

    /** The test's split as a person wants it. A ramp that goes on by itself would have it otherwise, so it is paused. */
    Function<Standing, Change> updateSplit(Split split) {
        return standing -> {
            Experiment test = standing.test();
            Ramp ramp = standing.ramp() == null ? null : Ramp.of(standing.ramp());
            if (test.mode() != Mode.TRAFFIC_SPLIT) {
                return withoutSplit(test, ramp);
            }
            Experiment changed = test.withSplit(split);
            if (changed.equals(test)) {
                return new Change.None();
            }
            List<Deed> deeds = new ArrayList<>();
            deeds.add(Deed.of(actor, "split_updated"));
            StoredRamp stored = standing.ramp();
            if (ramp != null && ramp.state() instanceof Underway underway) {
                String why = "the test was changed by hand, by " + actor;
                stored = ramp.in(underway.pause(why, now)).stored();
                deeds.add(Deed.of(actor, "ramp_paused", "at " + ramp.where() + ": " + why));
            }
            return new Change.To(changed, stored, deeds);
        };
    }

    private static Change withoutSplit(Experiment test, @Nullable Ramp ramp) {
        String path = "/api/v1/ab-test/" + test.testId() + "/ramp";
        String mode = test.shadow()
                ? "test " + test.testId()
                        + " is a shadow: both models run for every request, and a split changes nothing; "
                : "test " + test.testId() + " is in mode disabled: control answers everything, whatever the split; ";
        return new Change.Refused(
                ramp != null && ramp.state() instanceof Ongoing
                        ? mode + "its ramp sets the split when the rehearsal is over, and POST " + path
                                + "/abort ends the ramp"
                        : mode + "POST " + path
                                + " makes a split of it, with {\"steps\": [0.05], \"rehearse\": false} at once");
    }

    /** Ends the ramp and disables the test. */
    Function<Standing, Change> abort() {
        return onRamp((standing, ramp) -> switch (ramp.state()) {
            case Ongoing ongoing ->
                to(
                        standing.test().withEnabled(false),
                        ramp.in(ongoing.abort("by " + actor, now)),
                        "ramp_aborted",
                        ramp.where());
            case Aborted aborted -> new Change.None();
            case Finished ended -> ended(ended);
        });
    }

    private Change to(Experiment test, Ramp ramp, String action, String where) {
        return new Change.To(test, ramp.stored(), List.of(Deed.of(actor, action, "at " + where)));
    }

    private static Function<Standing, Change> onRamp(BiFunction<Standing, Ramp, Change> rule) {
        return standing -> {
            StoredRamp ramp = standing.ramp();
            return ramp == null
                    ? new Change.Refused("test " + standing.test().testId() + " has no ramp; POST /api/v1/ab-test/"
                            + standing.test().testId() + "/ramp starts one")
                    : rule.apply(standing, Ramp.of(ramp));
        };
    }

    private static Change ended(RampState ended) {
        return new Change.Refused("the ramp is " + ended.wireName() + " and goes nowhere from there; start another");
    }

    private static Change disabled(Experiment test) {
        return new Change.Refused("test " + test.testId() + " is disabled; enable it first");
    }
}
