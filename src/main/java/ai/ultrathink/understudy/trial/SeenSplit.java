package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;

/** The split that this replica has seen since the test's configuration last changed. */
final class SeenSplit {

    private long generation;
    private double configured = Double.NaN;
    private long treatment;
    private long total;

    synchronized void count(Experiment test, boolean toTreatment) {
        if (test.generation() > generation) {
            generation = test.generation();
            configured = test.split().fraction();
            treatment = 0;
            total = 0;
        }
        if (test.generation() == generation) {
            total++;
            treatment += toTreatment ? 1 : 0;
        }
    }

    /** Fraction assigned to treatment; NaN before the first request. */
    synchronized double fraction() {
        return total == 0 ? Double.NaN : (double) treatment / total;
    }

    synchronized double configured() {
        return configured;
    }
}
