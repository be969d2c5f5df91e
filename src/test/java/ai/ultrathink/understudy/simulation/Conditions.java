package ai.ultrathink.understudy.simulation;

/**
 * How both models behave at one moment.
 *
 * @param agreement probability of the same action, where both are asked
 */
record Conditions(Arm control, Arm treatment, double agreement) {

    /** Two models that are one. */
    static final Conditions SAME = new Conditions(Arm.SOUND, Arm.SOUND, 0.95);

    Conditions treatment(Arm other) {
        return new Conditions(control, other, agreement);
    }

    Conditions control(Arm other) {
        return new Conditions(other, treatment, agreement);
    }

    Conditions both(Arm other) {
        return new Conditions(other, other, agreement);
    }

    Conditions agreeing(double rate) {
        return new Conditions(control, treatment, rate);
    }
}
