package ai.ultrathink.understudy.simulation;

import java.util.random.RandomGenerator;

/** The models agree often in one kind of market and seldom in another; the two alternate. */
final class AgreementRegimes implements Dependence {

    static final double GOOD = 0.97;
    static final double BAD = 0.60;

    private final Spells spells;

    /**
     * @param mean of the agreement over all times, between 60% and 97%
     * @param length of a bad time, in requests, in the mean
     */
    AgreementRegimes(double mean, double length, RandomGenerator random) {
        this.spells = new Spells((GOOD - mean) / (GOOD - BAD), length, random);
    }

    @Override
    public Conditions at(Conditions usual, SimulatedUnit unit) {
        return usual.agreeing(spells.next() ? BAD : GOOD);
    }
}
