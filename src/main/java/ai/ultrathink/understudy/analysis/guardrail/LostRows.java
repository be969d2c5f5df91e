package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateExcessBet;
import ai.ultrathink.understudy.stats.RateExcessBet.Stretch;
import ai.ultrathink.understudy.stats.Restarts;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a split that were lost after the assignment: requests that a replica assigned and that have no row. Losses in
 * both variants alike, as in an outage, do not shift the split.
 *
 * @param lost by split
 * @param stored rows of all splits
 * @param limit the greatest shift of the split that losses may cause
 */
record LostRows(List<Loss> lost, long stored, double limit) {

    /**
     * Requests of one split without a row, of those that were assigned.
     *
     * @param split treatment's fraction
     */
    record Loss(double split, Proportion treatment, Proportion control) {

        /** How much more of its rows one variant must lose than the other for the split to shift by the limit. */
        double difference(double limit) {
            return limit / (split * (1 - split));
        }

        boolean none() {
            return treatment.successes() + control.successes() == 0;
        }

        double fraction() {
            return (double) treatment.count() / (treatment.count() + control.count());
        }
    }

    LostRows {
        lost = List.copyOf(lost);
    }

    static LostRows of(List<Phase> splits, double limit) {
        List<Loss> lost = new ArrayList<>();
        long stored = 0;
        for (Phase phase : splits) {
            double split = phase.split() == null ? 0 : phase.split();
            Proportion treatment = lost(
                    phase.sum(each -> each.assigned().treatment()),
                    phase.sum(each -> each.stored().treatment()));
            Proportion control = lost(
                    phase.sum(each -> each.assigned().control()),
                    phase.sum(each -> each.stored().control()));
            stored += Math.max(
                    0,
                    phase.sum(each -> each.stored().treatment() + each.stored().control()));
            if (split > 0 && split < 1 && treatment.count() > 0 && control.count() > 0) {
                lost.add(new Loss(split, treatment, control));
            }
        }
        return new LostRows(lost, stored, limit);
    }

    /** More rows than requests are seen before the replicas' counts arrive. */
    private static Proportion lost(long assigned, long stored) {
        long requests = Math.max(0, assigned);
        return new Proportion(Math.clamp(requests - stored, 0, requests), requests);
    }

    /** Evidence against "losses shift the split by at most the limit", in either direction. */
    EValue evidence() {
        if (lost.stream().allMatch(Loss::none)) {
            return EValue.NONE;
        }
        List<EValue> ofTreatment = new ArrayList<>();
        List<EValue> ofControl = new ArrayList<>();
        for (Loss each : lost) {
            RateExcessBet bet = new RateExcessBet(each.difference(limit));
            ofTreatment.add(bet.of(List.of(new Stretch(each.fraction(), 1, each.treatment(), each.control())))
                    .evidence());
            ofControl.add(bet.of(List.of(new Stretch(1 - each.fraction(), 1, each.control(), each.treatment())))
                    .evidence());
        }
        return AlphaSpending.mean(Restarts.ofPhases(ofTreatment), Restarts.ofPhases(ofControl));
    }

    /** The losses in words. */
    String words() {
        Proportion treatment = Proportion.NONE;
        Proportion control = Proportion.NONE;
        for (Loss each : lost) {
            treatment = treatment.plus(each.treatment());
            control = control.plus(each.control());
        }
        return "rows were lost after the assignment: %s of %s of treatment, %s of %s of control"
                .formatted(
                        MetricFormat.count(treatment.successes()),
                        MetricFormat.count(treatment.count()),
                        MetricFormat.count(control.successes()),
                        MetricFormat.count(control.count()));
    }
}
