package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.rollout.ExperimentGlance;
import ai.ultrathink.understudy.rollout.Overviews;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How things stand with all experiments. */
@NonBlocking
@Path("/api/v1/overview")
@Tag(name = "Tests")
@Produces(MediaType.APPLICATION_JSON)
class OverviewResource {

    /** Callers share an answer for this time, so that many open pages cost hardly more than one. */
    private static final Duration SHARED = Duration.ofSeconds(1);

    /**
     * @param catalog the catalog in force then: with another one there is another answer
     * @param nanos when it was begun
     */
    private record Shared(long catalog, long nanos, Uni<Answer> answer) {}

    private record Answer(String body, EntityTag tag) {}

    private final CatalogFollower experiments;
    private final Overviews overviews;
    private final ObjectMapper json;
    private final TimeSource time;
    private volatile @Nullable Shared shared;

    OverviewResource(CatalogFollower experiments, Overviews overviews, ObjectMapper json, TimeSource time) {
        this.experiments = experiments;
        this.overviews = overviews;
        this.json = json;
        this.time = time;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(
            summary = "How things stand with all tests",
            description =
                    "All tests that are not deleted: those that need a person first, by urgency, then the newest. Nothing is evaluated"
                            + " for it: verdicts and states are those of the last evaluation that was kept. The answer may be a second"
                            + " old. With If-None-Match it is 304 while nothing has changed.")
    @APIResponse(
            responseCode = "200",
            description = "The tests; the ETag is of the whole answer",
            content = @Content(schema = @Schema(implementation = OverviewView[].class)))
    @APIResponse(responseCode = "304", description = "Nothing has changed")
    public Uni<Response> overview(@Context Request request) {
        RequestParameters.requireKnown(experiments);
        return answer().map(answer -> response(answer, request));
    }

    private Uni<Answer> answer() {
        Catalog catalog = experiments.current();
        long now = time.nanoTime();
        Shared known = shared;
        if (known != null && known.catalog() == catalog.version() && now - known.nanos() < SHARED.toNanos()) {
            return known.answer();
        }
        Uni<Answer> begun = overviews
                .of(catalog)
                .map(found -> answer(found, catalog))
                .memoize()
                .indefinitely();
        shared = new Shared(catalog.version(), now, begun);
        return begun;
    }

    private Answer answer(List<ExperimentGlance> found, Catalog catalog) {
        String body = written(
                found.stream().map(glance -> OverviewView.of(glance, catalog)).toList());
        return new Answer(body, new EntityTag(digest(body)));
    }

    private static Response response(Answer answer, Request request) {
        Response.@Nullable ResponseBuilder unchanged = request.evaluatePreconditions(answer.tag());
        return (unchanged == null ? Response.ok(answer.body(), MediaType.APPLICATION_JSON) : unchanged)
                .tag(answer.tag())
                .build();
    }

    private String written(List<OverviewView> tests) {
        try {
            return json.writeValueAsString(tests);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of numbers, times and names can be written", e);
        }
    }

    private static String digest(String body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
