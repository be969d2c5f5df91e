package ai.ultrathink.understudy.simulation;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * How often runs went wrong, with the 95% interval of Clopper and Pearson.
 *
 * @param wrong runs
 * @param runs in all
 */
record ErrorRate(long wrong, long runs) {

    double rate() {
        return (double) wrong / runs;
    }

    double atLeast() {
        double k = (double) wrong;
        return wrong == 0 ? 0 : solve(rate -> 1 - atMost(k - 1, rate), 0.025);
    }

    double atMost() {
        double k = (double) wrong;
        return wrong == runs ? 1 : solve(rate -> 1 - atMost(k, rate), 0.975);
    }

    /** Probability of so many or fewer of all runs, at a rate. */
    private double atMost(double count, double rate) {
        return RegularizedBeta.complement(rate, count + 1, runs - count);
    }

    private interface Rising {
        double at(double rate);
    }

    private static double solve(Rising rising, double level) {
        double low = 0;
        double high = 1;
        for (int step = 0; step < 60; step++) {
            double middle = (low + high) / 2;
            if (rising.at(middle) < level) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
