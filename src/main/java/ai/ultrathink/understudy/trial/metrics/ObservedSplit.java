package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Experiment;

/** The split that this replica has seen since the experiment's configuration last changed. */
final class ObservedSplit {

    private long generation;
    private double configured = Double.NaN;
    private long treatment;
    private long total;

    synchronized void count(Experiment experiment, boolean toTreatment) {
        if (experiment.generation() > generation) {
            generation = experiment.generation();
            configured = experiment.split().fraction();
            treatment = 0;
            total = 0;
        }
        if (experiment.generation() == generation) {
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
