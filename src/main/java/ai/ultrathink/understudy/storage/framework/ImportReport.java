package ai.ultrathink.understudy.storage.framework;

import java.util.List;

/**
 * What an import has done.
 *
 * @param timescale whether the target's hourly and daily figures are continuous aggregates, which take in old rows only when they
 *     are refreshed by hand
 */
public record ImportReport(boolean dryRun, boolean timescale, List<ImportedExperiment> tests) {

    public ImportReport {
        tests = List.copyOf(tests);
    }

    public boolean complete() {
        return tests.stream().allMatch(ImportedExperiment::complete);
    }
}
