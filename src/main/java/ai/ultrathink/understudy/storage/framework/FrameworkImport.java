package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.storage.framework.ImportTarget.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the framework's tests and results over. It can be repeated: each row has the same id each time and is stored once, so a run
 * that was ended goes on, and one after new results adds these.
 */
public final class FrameworkImport {

    /** Clocks of the framework's machines may be ahead by so much. */
    private static final Duration AHEAD = Duration.ofHours(1);

    private final ImportSettings settings;
    private final ImportProgress progress;

    public FrameworkImport(ImportSettings settings, ImportProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Takes over what can be taken; in a dry run it only counts.
     *
     * @throws ImportException if it cannot begin or go on
     */
    public ImportReport run() {
        try (NamedConnection to = NamedConnection.open(settings.target(), "DATABASE_URL");
                NamedConnection from = NamedConnection.open(settings.source(), "--from")) {
            ImportTarget target = ImportTarget.of(to, settings);
            ImportedRows rows = new ImportedRows(to);
            FrameworkSource source = FrameworkSource.of(from, settings.sourceSchema());
            Instant now = target.now();
            Instant since = now.minus(target.retention(settings.retention()));
            List<ImportedExperiment> tests = new ArrayList<>();
            for (FrameworkExperiment test : source.tests()) {
                tests.add(take(test, source, target, rows, since, now.plus(AHEAD)));
            }
            if (!settings.dryRun()) {
                rows.fold();
            }
            return new ImportReport(settings.dryRun(), target.timescale(), tests);
        }
    }

    private ImportedExperiment take(
            FrameworkExperiment test,
            FrameworkSource source,
            ImportTarget target,
            ImportedRows rows,
            Instant since,
            Instant until) {
        String problem = test.problem().orElse(null);
        if (problem != null) {
            return ImportedExperiment.notTaken(test, problem);
        }
        Standing standing = target.standing(test.testId(), settings.origin());
        return switch (standing) {
            case Standing.Taken taken -> ImportedExperiment.notTaken(test, taken.why());
            case Standing.New none -> {
                if (!settings.dryRun()) {
                    target.create(test.experiment(), settings, since);
                }
                yield rows(test, source, target, rows, new Standing.Begun(false, since, null), since, until);
            }
            case Standing.Begun begun -> rows(test, source, target, rows, begun, since, until);
        };
    }

    private ImportedExperiment rows(
            FrameworkExperiment test,
            FrameworkSource source,
            ImportTarget target,
            ImportedRows rows,
            Standing.Begun begun,
            Instant since,
            Instant until) {
        RowIntake intake = new RowIntake(
                test,
                begun,
                since,
                until,
                settings.dryRun() ? null : rows::fold,
                batch -> settings.dryRun() ? batch.size() - rows.present(batch) : rows.book(test.testId(), batch));
        source.rows(test, row -> {
            intake.take(row);
            if (intake.atMilestone()) {
                progress.read(test.testId(), intake.read(), test.rows());
            }
        });
        ImportedExperiment outcome = intake.end();
        if (!settings.dryRun() && (outcome.stored() > 0 || !begun.finished())) {
            target.finished(test.experiment(), settings, since, outcome, reason(outcome));
        }
        return outcome;
    }

    private static String reason(ImportedExperiment outcome) {
        return "%d of %d results of the Python framework are stored now, %d were before, %d are left out"
                .formatted(outcome.stored(), outcome.rows(), outcome.known(), outcome.left());
    }
}
