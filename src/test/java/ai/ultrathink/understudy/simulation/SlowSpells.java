package ai.ultrathink.understudy.simulation;

import java.util.random.RandomGenerator;

/** Each of the two models is slow at times of its own, as with a process that collects garbage or a machine that is shared. */
final class SlowSpells implements Dependence {

    private final Spells control;
    private final Spells treatment;
    private final double factor;
    private final double share;

    /**
     * @param factor by which passes take longer then
     * @param share of the requests in such times
     * @param length of one, in requests, in the mean
     */
    SlowSpells(double factor, double share, double length, RandomGenerator random) {
        this.control = new Spells(share, length, random);
        this.treatment = new Spells(share, length, random);
        this.factor = factor;
        this.share = share;
    }

    @Override
    public Conditions at(Conditions usual, SimulatedUnit unit) {
        Conditions now = usual;
        if (control.next()) {
            now = now.control(now.control().slower(factor));
        }
        if (treatment.next()) {
            now = now.treatment(now.treatment().slower(factor));
        }
        return now;
    }

    /** The 95th percentile of an arm over good and bad times, in milliseconds. */
    double percentile95(Arm arm) {
        return Arm.percentile95(logMillis -> (1 - share) * arm.shareBelow(logMillis)
                + share * arm.slower(factor).shareBelow(logMillis));
    }
}
