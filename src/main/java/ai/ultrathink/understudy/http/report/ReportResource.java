package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.analysis.report.ExperimentReport;
import ai.ultrathink.understudy.analysis.report.ExperimentReports;
import ai.ultrathink.understudy.analysis.report.MarkdownReport;
import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.http.request.MediaTypes;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.Ramps;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The report on an experiment, as JSON and as Markdown. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}")
@Tag(name = "Results")
class ReportResource {

    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.valueOf(MediaTypes.MARKDOWN))
            .build();

    private final CatalogFollower experiments;
    private final ExperimentReports reports;
    private final Ramps ramps;

    ReportResource(CatalogFollower experiments, ExperimentReports reports, Ramps ramps) {
        this.experiments = experiments;
        this.reports = reports;
        this.ramps = ramps;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/report")
    @Produces({MediaType.APPLICATION_JSON, MediaTypes.MARKDOWN})
    @Operation(
            summary = "The verdict on a test, with everything that it rests on",
            description =
                    "Guardrails and figures are over the test's whole life and hold at every look; hours_back is for the"
                            + " window alone, which is for information. With Accept: text/markdown the same comes as a"
                            + " document.")
    @APIResponse(
            responseCode = "200",
            description = "The report",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ReportView.class)),
                @Content(mediaType = MediaTypes.MARKDOWN, schema = @Schema(implementation = String.class))
            })
    public Uni<Response> report(
            @PathParam("test_id") String testId,
            @QueryParam("hours_back")
                    @DefaultValue("24")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "2160"))
                    String hoursBack,
            @Context Request request) {
        int hours = RequestParameters.hours(hoursBack);
        @Nullable Variant variant = request.selectVariant(VARIANTS);
        if (variant == null) {
            throw new NotAcceptableException();
        }
        boolean markdown = MediaType.valueOf(MediaTypes.MARKDOWN).isCompatible(variant.getMediaType());
        Catalog catalog = experiments.current();
        return RequestParameters.recorded(experiments, testId)
                .chain(recorded -> ramps.defaultActionMode(recorded.experiment())
                        .chain(defaults -> reports.report(recorded.experiment(), hours)
                                .map(report -> markdown
                                        ? document(report, recorded, catalog, defaults)
                                        : json(report, recorded, catalog, defaults))));
    }

    private static Response json(ExperimentReport report, RecordedExperiment recorded, Catalog catalog, Mode defaults) {
        return Response.ok(ReportView.of(report, recorded, catalog, defaults), MediaType.APPLICATION_JSON)
                .build();
    }

    private static Response document(
            ExperimentReport report, RecordedExperiment recorded, Catalog catalog, Mode defaults) {
        Promotion promotion = catalog.promotionBy(report.experiment()).orElse(null);
        String document = MarkdownReport.render(report, defaults, promotion);
        String marked = recorded.deletedAt() == null
                ? document
                : document.replaceFirst("\n", "\n\nDeleted at " + recorded.deletedAt() + "; its results are kept.\n");
        return Response.ok(marked, MediaTypes.MARKDOWN + ";charset=UTF-8").build();
    }
}
