package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.stats.OutcomeScale;
import java.time.Instant;
import java.util.Arrays;

/** Adds up the decisions of one block. */
final class OutcomeTally {

    private final double clip;
    private final double[] deltas;
    private final double[] absolute;
    private final long[] known;
    private long agreeing;
    private long agreeingKnown;
    private long disagreeing;
    private long disagreeingKnown;
    private double control;
    private double treatment;
    private double rawControl;
    private double rawTreatment;
    private long wins;
    private long losses;

    OutcomeTally(int symbols, double clip) {
        this.clip = clip;
        this.deltas = new double[symbols];
        this.absolute = new double[symbols];
        this.known = new long[symbols];
    }

    void add(int symbol, int ofControl, int ofTreatment, double value, boolean missing) {
        boolean same = ofControl == ofTreatment;
        deltas[symbol] += ofTreatment - ofControl;
        agreeing += same ? 1 : 0;
        disagreeing += same ? 0 : 1;
        if (missing) {
            return;
        }
        double clipped = Math.clamp(value, -clip, clip);
        agreeingKnown += same ? 1 : 0;
        disagreeingKnown += same ? 0 : 1;
        absolute[symbol] += Math.abs(clipped);
        known[symbol]++;
        control += ofControl * clipped;
        treatment += ofTreatment * clipped;
        rawControl += ofControl * value;
        rawTreatment += ofTreatment * value;
        wins += (ofTreatment - ofControl) * value > 0 ? 1 : 0;
        losses += (ofTreatment - ofControl) * value < 0 ? 1 : 0;
    }

    /** No symbol has a past. */
    double[] none() {
        double[] none = new double[deltas.length];
        Arrays.fill(none, Double.NaN);
        return none;
    }

    /** The averages of |value| after this block. */
    double[] averages(double[] before) {
        double[] after = before.clone();
        for (int symbol = 0; symbol < after.length; symbol++) {
            if (known[symbol] > 0) {
                after[symbol] = OutcomeScale.average(before[symbol], absolute[symbol] / known[symbol]);
            }
        }
        return after;
    }

    /** The block, in which treatment pays a fee with each decision if the models differ in any. */
    OutcomeBlock block(Instant start, double[] averages, double fee) {
        double paid = disagreeing == 0 ? 0 : fee * (agreeingKnown + disagreeingKnown);
        return new OutcomeBlock(
                1,
                Versions.UNKNOWN,
                start,
                new OutcomeBlock.Coverage(agreeing, agreeingKnown),
                new OutcomeBlock.Coverage(disagreeing, disagreeingKnown),
                new OutcomeBlock.Earned(control, treatment + paid, treatment - control + paid),
                new OutcomeBlock.Earned(rawControl, rawTreatment + paid, rawTreatment - rawControl + paid),
                wins,
                losses,
                OutcomeBlock.Coverage.NONE,
                OutcomeBlock.Coverage.NONE,
                OutcomeWorld.scale(deltas, averages, agreeing + disagreeing));
    }
}
