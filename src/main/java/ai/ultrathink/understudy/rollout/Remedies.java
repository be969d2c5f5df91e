package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Finding;
import ai.ultrathink.understudy.analysis.GuardrailState;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Remedy;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredRamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the service does by itself about a test that was judged. Rules, for when the test is as it was judged. */
final class Remedies {

    static final String GUARDRAILS = Actors.GUARDRAILS;
    private static final String RAMP = Actors.RAMP;
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final Dossier dossier;
    private final Mode mode;
    private final Instant now;

    /** @param seen the test and its ramp as they were judged */
    Remedies(Dossier dossier, Standing seen, Instant now) {
        this.dossier = dossier;
        this.mode = mode(seen.test(), seen.ramp());
        this.now = now;
    }

    /**
     * The mode by which a breach is dealt with where its guardrail leaves that open. A shadow harms nobody and goes on collecting; one
     * that rehearses for a split has shown by a breach that the split must not come.
     */
    static Mode mode(Experiment test, @Nullable StoredRamp ramp) {
        if (ramp == null) {
            return test.mode();
        }
        RampState state = Ramp.of(ramp).state();
        // a test that was disabled in the rehearsal is shown as it was judged
        boolean rehearses = state.stage() instanceof Rehearsing && (state instanceof Ongoing || !test.enabled());
        return rehearses ? Mode.TRAFFIC_SPLIT : test.mode();
    }

    /** All that the judgement rests on, as JSON. */
    String evidence() {
        return DossierJson.write(dossier);
    }

    /** Guardrails whose breach is dealt with so. */
    List<Finding> breached(Remedy remedy) {
        return dossier.judgement().findings().stream()
                .filter(finding -> finding.state() == GuardrailState.BREACHED)
                .filter(finding -> finding.guardrail().remedyIn(mode) == remedy)
                .toList();
    }

    /** What is to be done, if anything: a rollback before all else. */
    Optional<Function<Standing, Change>> due(Standing seen) {
        List<Finding> breached = breached(Remedy.ROLL_BACK);
        Function<Standing, Change> rule = breached.isEmpty() ? this::ramp : standing -> rollBack(standing, breached);
        return rule.apply(seen) instanceof Change.To ? Optional.of(rule) : Optional.empty();
    }

    private Change rollBack(Standing standing, List<Finding> breached) {
        if (!standing.test().enabled()) {
            return new Change.None();
        }
        String reason = breached.stream().map(Finding::reason).collect(Collectors.joining("; "));
        List<Deed> deeds = new ArrayList<>();
        deeds.add(new Deed(GUARDRAILS, "rolled_back", reason, evidence()));
        StoredRamp stored = standing.ramp();
        if (stored != null && Ramp.of(stored).state() instanceof Ongoing ongoing) {
            Ramp ramp = Ramp.of(stored);
            deeds.add(Deed.of(GUARDRAILS, "ramp_aborted", "at " + ramp.where() + ", because the test was rolled back"));
            stored = ramp.in(ongoing.abort("the test was rolled back: " + reason, now))
                    .stored();
        }
        return new Change.To(standing.test().withEnabled(false), stored, deeds);
    }

    private Change ramp(Standing standing) {
        StoredRamp stored = standing.ramp();
        if (stored == null) {
            return new Change.None();
        }
        Ramp ramp = Ramp.of(stored);
        return switch (ramp.state()) {
            case Stage stage when !stage.heldBy(standing.test(), ramp.plan()) -> pause(standing, now);
            case Stage stage when stage.since().isAfter(now.plus(CLOCKS_DIFFER)) -> beginNow(standing, ramp, stage);
            case Stage stage -> judged(standing, ramp, stage);
            case AwaitingApproval awaiting -> pause(standing, now);
            case Paused paused -> new Change.None();
            case Finished finished -> new Change.None();
            case Aborted aborted -> new Change.None();
        };
    }

    /** Of before there was a clock for ramps: it began by a wall clock that was ahead, and would wait until that time comes. */
    private Change beginNow(Standing standing, Ramp ramp, Stage stage) {
        String reason = "at " + ramp.where() + ": it had begun at " + stage.since()
                + " by a clock that was ahead; its time counts from now on";
        return new Change.To(
                standing.test(),
                ramp.in(stage.later(Duration.between(stage.since(), now))).stored(),
                List.of(Deed.of(RAMP, "ramp_clock_set", reason)));
    }

    private Change judged(Standing standing, Ramp ramp, Stage stage) {
        Progress progress =
                Progress.of(dossier.judgement(), stage.samples(dossier.subject().evidence(), ramp.plan()));
        RampState next =
                stage.judged(ramp.plan(), progress, now, standing.test().generation() + 1);
        if (next.equals(stage)) {
            return new Change.None();
        }
        Ramp after = ramp.in(next);
        Experiment test = next instanceof Stage begun ? begun.appliedTo(standing.test(), ramp.plan()) : standing.test();
        String reason = "%s, after %d s with %d requests to treatment at %s: every limit that has to be kept is kept"
                .formatted(words(after), stage.held(now).toSeconds(), progress.samples(), ramp.where());
        return new Change.To(test, after.stored(), List.of(new Deed(RAMP, action(next), reason, evidence())));
    }

    private static String action(RampState next) {
        return next instanceof Stage ? "ramp_step" : "ramp_" + next.wireName();
    }

    private static String words(Ramp after) {
        return after.state() instanceof Stage
                ? after.where()
                : after.state().wireName().replace('_', ' ');
    }

    /** A ramp whose test is no longer as its stage has it waits for a person; needs no evidence. */
    static Change pause(Standing standing, Instant now) {
        StoredRamp stored = standing.ramp();
        if (stored == null) {
            return new Change.None();
        }
        Ramp ramp = Ramp.of(stored);
        if (!(ramp.state() instanceof Underway underway) || underway.stage().heldBy(standing.test(), ramp.plan())) {
            return new Change.None();
        }
        String why = "the test was changed by hand";
        return new Change.To(
                standing.test(),
                ramp.in(underway.pause(why, now)).stored(),
                List.of(Deed.of(RAMP, "ramp_paused", "at " + ramp.where() + ": " + why)));
    }
}
