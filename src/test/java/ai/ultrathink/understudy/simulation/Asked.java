package ai.ultrathink.understudy.simulation;

import org.jspecify.annotations.Nullable;

/**
 * The figures that the project asks for.
 *
 * @param falseRollBack the most, as the upper end of the interval
 * @param falsePromotion likewise
 * @param samples the most until the median run finds what is to be found, or null
 */
record Asked(
        double falseRollBack,
        double falsePromotion,
        @Nullable Long samples) {

    /** Of independent requests. */
    static final Asked USUAL = new Asked(0.01, 0.01, null);

    /** Of requests that depend on each other. */
    static final Asked DEPENDENT = new Asked(0.02, 0.01, null);

    Asked within(long most) {
        return new Asked(falseRollBack, falsePromotion, most);
    }
}
