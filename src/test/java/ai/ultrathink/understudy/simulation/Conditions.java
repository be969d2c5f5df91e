package ai.ultrathink.understudy.simulation;

/**
 * How both models behave at one moment.
 *
 * @param agreement probability of the same action, where both are asked
 * @param pairSpread standard deviation of the difference of two confidences in one request
 * @param deadlineMillis treatment's; a later answer of either model counts as a failure
 * @param guardOpen whether treatment's guard withholds its requests
 * @param version of treatment: another number after each reload that changes it
 */
record Conditions(
        Arm control,
        Arm treatment,
        double agreement,
        double pairSpread,
        double deadlineMillis,
        boolean guardOpen,
        int version) {

    /** Two models that are one. */
    static final Conditions SAME = new Conditions(Arm.SOUND, Arm.SOUND, 0.95, 0.05, Double.POSITIVE_INFINITY, false, 1);

    Conditions treatment(Arm other) {
        return new Conditions(control, other, agreement, pairSpread, deadlineMillis, guardOpen, version);
    }

    Conditions control(Arm other) {
        return new Conditions(other, treatment, agreement, pairSpread, deadlineMillis, guardOpen, version);
    }

    Conditions both(Arm other) {
        return new Conditions(other, other, agreement, pairSpread, deadlineMillis, guardOpen, version);
    }

    Conditions agreeing(double rate) {
        return new Conditions(control, treatment, rate, pairSpread, deadlineMillis, guardOpen, version);
    }

    Conditions pairSpread(double deviation) {
        return new Conditions(control, treatment, agreement, deviation, deadlineMillis, guardOpen, version);
    }

    Conditions within(double millis) {
        return new Conditions(control, treatment, agreement, pairSpread, millis, guardOpen, version);
    }

    Conditions guarded() {
        return new Conditions(control, treatment, agreement, pairSpread, deadlineMillis, true, version);
    }

    Conditions reloaded(int next) {
        return new Conditions(control, treatment, agreement, pairSpread, deadlineMillis, guardOpen, next);
    }
}
