package ai.ultrathink.understudy.simulation;

import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * What came of all runs of a scenario.
 *
 * @param seconds on the clock, all processors together at work
 */
record Summary(Scenario scenario, List<ScenarioEnd> endings, double seconds) {

    int runs() {
        return endings.size();
    }

    long falseAlarms() {
        return falseAlarmReasons().count();
    }

    Stream<String> falseAlarmReasons() {
        return endings.stream()
                .filter(ScenarioEnd.FalseAlarm.class::isInstance)
                .map(ending -> ((ScenarioEnd.FalseAlarm) ending).why());
    }

    long missed() {
        return endings.stream().filter(ScenarioEnd.Missed.class::isInstance).count();
    }

    /** The share of false alarms. */
    double falseAlarmRate() {
        return (double) falseAlarms() / runs();
    }

    /** The 95% interval of Clopper and Pearson around {@link #falseAlarmRate}, its lower end. */
    double falseAlarmsAtLeast() {
        double k = (double) falseAlarms();
        return k == 0 ? 0 : solve(rate -> 1 - atMost(k - 1, rate), 0.025);
    }

    /** Its upper end. */
    double falseAlarmsAtMost() {
        double k = (double) falseAlarms();
        return k == runs() ? 1 : solve(rate -> 1 - atMost(k, rate), 0.975);
    }

    /** Samples until it was found, at a quantile of the runs in which it was; 0 if there is none. */
    long samples(double quantile) {
        long[] sorted = endings.stream()
                .filter(ScenarioEnd.Found.class::isInstance)
                .mapToLong(ending -> ((ScenarioEnd.Found) ending).samples())
                .sorted()
                .toArray();
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }

    /** Probability of so many or fewer of all runs, at a rate. */
    private double atMost(double count, double rate) {
        return RegularizedBeta.complement(rate, count + 1, runs() - count);
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
