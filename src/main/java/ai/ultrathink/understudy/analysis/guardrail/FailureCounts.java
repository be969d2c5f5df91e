package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;

/**
 * Failed requests of both models in one phase.
 *
 * @param phase the phase
 * @param treatment treatment's failures, of its requests: in a split those assigned to it, in a shadow those for which
 *     it ran. Requests that the service itself withheld are not included
 * @param control control's failures, of its requests
 * @param decisive treatment's failures, of those that distinguish the arms: in a split all of them, in a shadow those
 *     of requests that exactly one model failed
 */
public record FailureCounts(Phase phase, Proportion treatment, Proportion control, Proportion decisive) {

    public static FailureCounts of(Phase phase) {
        if (phase.shadow()) {
            return ofShadow(phase);
        }
        return phase.full() && paired(phase) > 0 ? ofFullSplit(phase) : ofSplit(phase);
    }

    /** A shadow request that was not run, for lack of capacity or because the guard was open, is not a failure. */
    private static FailureCounts ofShadow(Phase phase) {
        long requests = phase.sum(each -> each.stored().shadow());
        long run = requests
                - phase.sum(each -> each.failures().shed()
                        + each.failures().guardOpen()
                        + each.asked().withheld());
        long both = phase.sum(each -> each.failures().both());
        long treatment = phase.sum(each -> each.failures().treatmentOnly());
        long control = phase.sum(each -> each.failures().controlOnly());
        return new FailureCounts(
                phase,
                new Proportion(treatment + both, run),
                new Proportion(control + both, requests),
                new Proportion(treatment, treatment + control));
    }

    private static long paired(Phase phase) {
        return phase.sum(each -> each.asked().paired());
    }

    /** Treatment has all requests; control runs in the pairs, and only the pairs distinguish the two. */
    private static FailureCounts ofFullSplit(Phase phase) {
        long treatment = phase.sum(each -> each.failures().treatmentOnly());
        long control = phase.sum(each -> each.failures().controlOnly());
        long both = phase.sum(each -> each.failures().both());
        return new FailureCounts(
                phase,
                ofSplit(phase).treatment(),
                new Proportion(control + both, paired(phase)),
                new Proportion(treatment, treatment + control));
    }

    private static FailureCounts ofSplit(Phase phase) {
        long treatment = phase.sum(each -> each.failures().treatment());
        long control = phase.sum(each -> each.failures().control());
        return new FailureCounts(
                phase,
                new Proportion(
                        treatment,
                        phase.sum(
                                each -> each.stored().treatment() - each.asked().withheld())),
                new Proportion(control, phase.sum(each -> each.stored().control())),
                new Proportion(treatment, treatment + control));
    }

    /** Whether the figures are consistent. */
    public static boolean sound(Phase phase) {
        return phase.generations().stream().allMatch(each -> {
            var failures = each.failures();
            long withheld = each.asked().withheld();
            long shadows = each.stored().shadow() - failures.shed() - failures.guardOpen() - withheld;
            return phase.shadow()
                    ? failures.shed() >= 0
                            && failures.guardOpen() >= 0
                            && failures.both() >= 0
                            && failures.treatmentOnly() >= 0
                            && EvidenceSanity.part(failures.treatmentOnly() + failures.both(), shadows)
                            && EvidenceSanity.part(
                                    failures.controlOnly() + failures.both(),
                                    each.stored().shadow())
                            && failures.controlOnly() >= 0
                    : EvidenceSanity.part(failures.treatment(), each.stored().treatment() - withheld)
                            && EvidenceSanity.part(
                                    failures.controlOnly() + failures.both(),
                                    each.asked().paired())
                            && EvidenceSanity.part(
                                    failures.treatmentOnly() + failures.both(),
                                    each.asked().paired())
                            && failures.controlOnly() >= 0
                            && failures.treatmentOnly() >= 0
                            && failures.both() >= 0
                            && EvidenceSanity.part(
                                    failures.control(), each.stored().control());
        });
    }

    /**
     * Evidence against "treatment fails no more often than control". Under that hypothesis, for all rates and however
     * they move together, a failure is treatment's with at most the probability with which a request is: the split, or
     * the observed split where treatment drew the busier units. Of a request that both models answered and exactly one
     * failed, the failure is treatment's with a probability of at most ½.
     */
    public EValue evidence() {
        double chance = chance();
        // spread evenly over what lies above: a model that crashes has all of the failures, a slightly worse one a few
        // more
        return chance < 1 ? new RateBet(Hypothesis.AT_MOST, chance, 1, 1).eValue(decisive) : EValue.NONE;
    }

    /** Whether control's figures and the decisive failures are those of the pairs. */
    boolean inPairs() {
        return phase.full() && control.count() > 0 && paired(phase) > 0;
    }

    private double chance() {
        Double split = phase.split();
        if (split == null || inPairs()) {
            return 0.5;
        }
        long requests = treatment.count() + control.count();
        return requests == 0 ? split : Math.max(split, (double) treatment.count() / requests);
    }
}
