package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.analysis.report.ExperimentReports;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.rollout.ApprovalReports;
import ai.ultrathink.understudy.rollout.Ramps;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Reports that are kept with what was asked for, the same as the report call answers. */
@ApplicationScoped
class StoredReports implements ApprovalReports {

    private static final int HOURS = 24;

    private final CatalogFollower catalog;
    private final ExperimentReports reports;
    private final Ramps ramps;
    private final ObjectMapper mapper;

    StoredReports(CatalogFollower catalog, ExperimentReports reports, Ramps ramps, ObjectMapper mapper) {
        this.catalog = catalog;
        this.reports = reports;
        this.ramps = ramps;
        this.mapper = mapper;
    }

    @Override
    public Uni<String> json(RecordedExperiment recorded) {
        return ramps.defaultActionMode(recorded.experiment())
                .chain(defaults -> reports.report(recorded.experiment(), HOURS)
                        .map(report -> ReportView.of(report, recorded, catalog.current(), defaults)))
                .map(this::written);
    }

    private String written(ReportView report) {
        try {
            return mapper.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
