package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.journal.Journal;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.trace.Step;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import jakarta.enterprise.context.ApplicationScoped;

/** Writes each exposure into the journal: as one entry, or as two where a background call ends later. */
@ApplicationScoped
class ExposureJournal implements PredictionObserver {

    private final Journal journal;

    ExposureJournal(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void served(Exposure exposure, ServingResult result) {
        exposure.request().trace().run(Step.JOURNAL, () -> keep(exposure, result));
    }

    private void keep(Exposure exposure, ServingResult result) {
        Observation observation = observation(exposure, result);
        if (result.second() == null) {
            journal.append(observation);
        } else {
            journal.open(observation);
        }
    }

    @Override
    public void completed(Exposure exposure, ServingResult result, Variant which, CallResult second) {
        journal.close(exposure.id(), exposure.experiment().testId(), which, second.outcome());
    }

    private static Observation observation(Exposure exposure, ServingResult result) {
        Experiment experiment = exposure.experiment();
        return new Observation(
                exposure.id(),
                exposure.arrived(),
                experiment.testId(),
                experiment.generation(),
                exposure.request().requestId(),
                exposure.request().unitId(),
                exposure.request().symbol(),
                result.assigned(),
                result.servedBy(),
                result.fallback(),
                experiment.shadow() ? null : (Double) experiment.split().fraction(),
                result.control(),
                result.treatment(),
                exposure.control().loaded(),
                exposure.treatmentVersion(),
                result.pairing(),
                result.control() == null ? null : exposure.controlWatch().timing(),
                exposure.request().trace().ref());
    }
}
