package ai.ultrathink.understudy.trial.tally;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Groups;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.evidence.TallyRow;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/** What this process has counted under one configuration of an experiment. Counting takes no lock and leaves no garbage. */
public final class Tally {

    private final Experiment experiment;
    private final UUID run;
    private final LongAdder control = new LongAdder();
    private final LongAdder treatment = new LongAdder();
    private final LongAdder shadow = new LongAdder();
    private final LongAdder noisePairs = new LongAdder();
    private final LongAdder noiseAgreeing = new LongAdder();

    private TallyRow stored;
    private int quietLooks;

    /**
     * @param experiment the configuration
     * @param run this count's own id
     */
    Tally(Experiment experiment, UUID run) {
        this.experiment = experiment;
        this.run = run;
        this.stored = now();
    }

    String testId() {
        return experiment.testId();
    }

    long generation() {
        return experiment.generation();
    }

    /** A request drew this group. */
    void assigned(Group group) {
        switch (group) {
            case CONTROL -> control.increment();
            case TREATMENT -> treatment.increment();
            case SHADOW -> shadow.increment();
        }
    }

    /** Control answered a request twice. */
    public void repeated(boolean agreeing) {
        noisePairs.increment();
        if (agreeing) {
            noiseAgreeing.increment();
        }
    }

    /** The counts as they stand; empty when the database has them. */
    public synchronized Optional<TallyRow> unstored() {
        TallyRow now = now();
        if (now.equals(stored)) {
            quietLooks++;
            return Optional.empty();
        }
        quietLooks = 0;
        return Optional.of(now);
    }

    /** The database has these. */
    synchronized void stored(TallyRow row) {
        stored = row;
    }

    /** How many times in a row there was nothing to store. */
    synchronized int quietLooks() {
        return quietLooks;
    }

    private TallyRow now() {
        // before the pairs, or there could be more of them than pairs
        long agreeing = noiseAgreeing.sum();
        return new TallyRow(
                experiment.testId(),
                experiment.generation(),
                run,
                experiment.shadow() ? null : (Double) experiment.split().fraction(),
                new Groups(control.sum(), treatment.sum(), shadow.sum()),
                new Noise(noisePairs.sum(), agreeing));
    }
}
