package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.analysis.MarkdownReport;
import ai.ultrathink.understudy.analysis.Report;
import ai.ultrathink.understudy.analysis.Reports;
import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.rollout.Ramps;
import ai.ultrathink.understudy.storage.Promotion;
import ai.ultrathink.understudy.storage.RecordedTest;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
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

/** What the evidence of a test says, for machines and for people. */
@NonBlocking
@Path("/api/v1/ab-test/{test_id}")
@Tag(name = "Results")
class ReportResource {

    static final String MARKDOWN = "text/markdown";

    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.valueOf(MARKDOWN))
            .build();

    private final ExperimentRegistry experiments;
    private final Reports reports;
    private final Ramps ramps;

    ReportResource(ExperimentRegistry experiments, Reports reports, Ramps ramps) {
        this.experiments = experiments;
        this.reports = reports;
        this.ramps = ramps;
    }

    @GET
    @Path("/report")
    @Produces({MediaType.APPLICATION_JSON, MARKDOWN})
    @Operation(
            summary = "The verdict on a test, with everything that it rests on",
            description =
                    "Guardrails and figures are over the test's whole life and hold at every look; hours_back is for the"
                            + " window alone, which is there to look at. With Accept: text/markdown the same comes as a"
                            + " document.")
    @APIResponse(
            responseCode = "200",
            description = "The report",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ReportView.class)),
                @Content(mediaType = MARKDOWN, schema = @Schema(implementation = String.class))
            })
    public Uni<Response> report(
            @PathParam("test_id") String testId,
            @QueryParam("hours_back")
                    @DefaultValue("24")
                    @Parameter(schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "2160"))
                    String hoursBack,
            @Context Request request) {
        int hours = Queries.hours(hoursBack);
        @Nullable Variant variant = request.selectVariant(VARIANTS);
        if (variant == null) {
            throw new NotAcceptableException();
        }
        boolean markdown = MediaType.valueOf(MARKDOWN).isCompatible(variant.getMediaType());
        Catalog catalog = experiments.current();
        return Queries.recorded(experiments, testId)
                .chain(test -> ramps.remediesBy(test.test())
                        .chain(remedies -> reports.report(test.test(), hours)
                                .map(report -> markdown
                                        ? document(report, test, catalog, remedies)
                                        : json(report, test, catalog, remedies))));
    }

    private static Response json(Report report, RecordedTest test, Catalog catalog, Mode remedies) {
        return Response.ok(ReportView.of(report, test, catalog, remedies), MediaType.APPLICATION_JSON)
                .build();
    }

    private static Response document(Report report, RecordedTest test, Catalog catalog, Mode remedies) {
        Promotion promotion = catalog.promotionBy(report.test()).orElse(null);
        String document = MarkdownReport.render(report, remedies, promotion);
        String marked = test.deletedAt() == null
                ? document
                : document.replaceFirst("\n", "\n\nDeleted at " + test.deletedAt() + "; its results are kept.\n");
        return Response.ok(marked, MARKDOWN + ";charset=UTF-8").build();
    }
}
