package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;

/**
 * Failed requests of both models in one phase. Requests for which a model was not run are not counted, in neither
 * figure: those that the guard held back, that found a full queue, that were shed, and that the service withheld. They
 * are the service's own doing. The failures that opened the guard do count.
 *
 * @param phase the phase
 * @param treatment treatment's failures, of its requests: in a split those assigned to it, without requests only the pairs; in a
 *     shadow those for which it ran
 * @param control control's failures, of its requests, likewise
 * @param decisive treatment's failures, of those that distinguish the arms: in a split all of them, in a shadow those
 *     of requests that exactly one model failed
 */
public record FailureCounts(Phase phase, Proportion treatment, Proportion control, Proportion decisive) {

    public static FailureCounts of(Phase phase) {
        if (phase.shadow()) {
            return ofShadow(phase);
        }
        return phase.concurrent() || paired(phase) == 0 ? ofSplit(phase) : ofPairs(phase);
    }

    private static FailureCounts ofShadow(Phase phase) {
        return new FailureCounts(
                phase,
                new Proportion(
                        phase.sum(each -> each.failures().treatmentOnly()
                                + each.failures().both()),
                        phase.sum(FailureCounts::run)),
                new Proportion(
                        phase.sum(each ->
                                each.failures().controlOnly() + each.failures().both()),
                        phase.sum(FailureCounts::asked)),
                discordant(phase));
    }

    /** One model has all requests; the other runs in the pairs, and only the pairs distinguish the two. */
    private static FailureCounts ofPairs(Phase phase) {
        FailureCounts own = ofSplit(phase);
        long both = phase.sum(each -> each.failures().both());
        long pairs = paired(phase);
        return new FailureCounts(
                phase,
                phase.full()
                        ? own.treatment()
                        : new Proportion(
                                both + phase.sum(each -> each.failures().treatmentOnly()), pairs),
                phase.full()
                        ? new Proportion(
                                both + phase.sum(each -> each.failures().controlOnly()), pairs)
                        : own.control(),
                discordant(phase));
    }

    private static FailureCounts ofSplit(Phase phase) {
        long treatment = phase.sum(FailureCounts::failed);
        long control = phase.sum(each -> each.failures().control());
        return new FailureCounts(
                phase,
                new Proportion(treatment, phase.sum(FailureCounts::run)),
                new Proportion(control, phase.sum(FailureCounts::asked)),
                new Proportion(treatment, treatment + control));
    }

    private static Proportion discordant(Phase phase) {
        long treatment = phase.sum(each -> each.failures().treatmentOnly());
        long control = phase.sum(each -> each.failures().controlOnly());
        return new Proportion(treatment, treatment + control);
    }

    private static long paired(Phase phase) {
        return phase.sum(each -> each.asked().paired());
    }

    /** In a split, treatment's requests that its model failed. */
    private static long failed(GenerationEvidence shown) {
        return shown.failures().errors() + shown.failures().timeouts();
    }

    /** Requests of treatment's arm for which its model ran. */
    private static long run(GenerationEvidence shown) {
        Long counted = shown.asked().treatment();
        var failures = shown.failures();
        long held = failures.guardOpen() + shown.asked().withheld();
        return counted != null
                ? counted
                : shown.stored().treatment()
                        + shown.stored().shadow()
                        - held
                        - (shown.configuredSplit() == null ? failures.shed() : failures.rejections());
    }

    /** Requests of control's arm for which its model ran, and with which treatment's can be compared. */
    private static long asked(GenerationEvidence shown) {
        Long counted = shown.asked().control();
        return counted != null
                ? counted
                : shown.stored().control() + shown.stored().shadow();
    }

    /** Whether the figures are consistent. */
    public static boolean sound(Phase phase) {
        return phase.generations().stream().allMatch(each -> {
            var failures = each.failures();
            long pairs = phase.shadow() ? run(each) : each.asked().paired();
            boolean sound = failures.shed() >= 0
                    && failures.guardOpen() >= 0
                    && failures.rejections() >= 0
                    && failures.both() >= 0
                    && failures.treatmentOnly() >= 0
                    && failures.controlOnly() >= 0
                    && EvidenceSanity.part(failures.treatmentOnly() + failures.both(), pairs);
            return sound
                    && (phase.shadow()
                            ? EvidenceSanity.part(failures.controlOnly() + failures.both(), asked(each))
                            : EvidenceSanity.part(failed(each), run(each))
                                    && EvidenceSanity.part(failures.controlOnly() + failures.both(), pairs)
                                    && EvidenceSanity.part(failures.control(), asked(each)));
        });
    }

    /** Evidence against "treatment fails no more often than control". */
    public EValue evidence() {
        return evidence(decisive);
    }

    /**
     * The same, of a part of the time. Under that hypothesis, for all rates and however they move together, a unit that fails is
     * treatment's with at most the probability with which a unit is: the split, or the observed split where treatment drew
     * the busier units. Of the units that exactly one of two models failed, each is treatment's failure with a
     * probability of at most ½.
     *
     * @param some treatment's failures, of those that distinguish the arms
     */
    EValue evidence(Proportion some) {
        double chance = chance();
        // spread evenly over what lies above: a model that crashes has all of the failures, a slightly worse one a few
        // more
        return chance < 1 ? new RateBet(Hypothesis.AT_MOST, chance, 1, 1).eValue(some) : EValue.NONE;
    }

    /** Whether the decisive failures are those of the pairs, because one model has all requests. */
    boolean inPairs() {
        return !phase.concurrent() && paired(phase) > 0;
    }

    private double chance() {
        Double split = phase.split();
        if (split == null || inPairs()) {
            return 0.5;
        }
        long requests = treatment.count() + control.count();
        double chance = requests == 0 ? split : Math.max(split, (double) treatment.count() / requests);
        return Math.max(chance, Double.MIN_NORMAL);
    }
}
