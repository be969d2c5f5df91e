package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateTest;

/**
 * Requests that the models failed in one phase.
 *
 * @param phase when
 * @param treatment its failures, of its requests: those assigned to it in a split, those it was run for in a shadow
 * @param control its failures, of its requests
 * @param decisive treatment's, of the failures that tell the arms apart: in a split all of them, in a shadow those of requests that
 *     just one model failed
 */
record Failing(Phase phase, Proportion treatment, Proportion control, Proportion decisive) {

    static Failing of(Phase phase) {
        return phase.shadow() ? ofShadow(phase) : ofSplit(phase);
    }

    /** A shadow that was not run, for want of capacity or because the guard held it back, has not failed. */
    private static Failing ofShadow(Phase phase) {
        long requests = phase.sum(each -> each.stored().shadow());
        long run = requests
                - phase.sum(each -> each.failures().shed() + each.failures().guardOpen());
        long both = phase.sum(each -> each.failures().both());
        long treatment = phase.sum(each -> each.failures().treatmentOnly());
        long control = phase.sum(each -> each.failures().controlOnly());
        return new Failing(
                phase,
                new Proportion(treatment + both, run),
                new Proportion(control + both, requests),
                new Proportion(treatment, treatment + control));
    }

    private static Failing ofSplit(Phase phase) {
        long treatment = phase.sum(each -> each.failures().treatment());
        long control = phase.sum(each -> each.failures().control());
        return new Failing(
                phase,
                new Proportion(treatment, phase.sum(each -> each.stored().treatment())),
                new Proportion(control, phase.sum(each -> each.stored().control())),
                new Proportion(treatment, treatment + control));
    }

    /** Whether there can be such figures. */
    static boolean sound(Phase phase) {
        return phase.generations().stream().allMatch(each -> {
            var failures = each.failures();
            long shadows = each.stored().shadow() - failures.shed() - failures.guardOpen();
            return phase.shadow()
                    ? failures.shed() >= 0
                            && failures.guardOpen() >= 0
                            && failures.both() >= 0
                            && failures.treatmentOnly() >= 0
                            && Soundness.part(failures.treatmentOnly() + failures.both(), shadows)
                            && Soundness.part(
                                    failures.controlOnly() + failures.both(),
                                    each.stored().shadow())
                            && failures.controlOnly() >= 0
                    : Soundness.part(failures.treatment(), each.stored().treatment())
                            && Soundness.part(failures.control(), each.stored().control());
        });
    }

    /**
     * Against "treatment fails no more often than control". If so, whatever the rates are and however they move together, a failure
     * is treatment's with at most the chance with which a request is: the split, or what came out of it where treatment drew
     * the busier units. In a shadow a request that just one model failed is treatment's with at most ½.
     */
    EValue evidence() {
        double chance = chance();
        // spread evenly over what lies above: a model that crashes has all of the failures, one that is a little worse
        // has few more
        return chance < 1 ? new RateTest(Hypothesis.AT_MOST, chance, 1, 1).eValue(decisive) : EValue.NONE;
    }

    private double chance() {
        Double split = phase.split();
        if (split == null) {
            return 0.5;
        }
        long requests = treatment.count() + control.count();
        return requests == 0 ? split : Math.max(split, (double) treatment.count() / requests);
    }
}
