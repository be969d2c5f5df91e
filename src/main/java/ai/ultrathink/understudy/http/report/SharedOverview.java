package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.rollout.ExperimentGlance;
import ai.ultrathink.understudy.rollout.Overviews;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.EntityTag;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The overview of all experiments. Callers share an answer for a second, so that many open pages cost hardly more than one. */
@ApplicationScoped
class SharedOverview {

    private static final Duration SHARED = Duration.ofSeconds(1);

    /**
     * @param body the experiments as JSON
     * @param tag of the body
     */
    record Answer(List<OverviewView> tests, String body, EntityTag tag) {}

    /**
     * @param catalog the catalog in force then: with another one there is another answer
     * @param nanos when it was begun
     */
    private record Shared(long catalog, long nanos, Uni<Answer> answer) {}

    private final CatalogFollower experiments;
    private final Overviews overviews;
    private final ObjectMapper json;
    private final TimeSource time;
    private volatile @Nullable Shared shared;

    SharedOverview(CatalogFollower experiments, Overviews overviews, ObjectMapper json, TimeSource time) {
        this.experiments = experiments;
        this.overviews = overviews;
        this.json = json;
        this.time = time;
    }

    /** How things stand, at most a second ago. */
    Uni<Answer> answer() {
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
        List<OverviewView> tests =
                found.stream().map(glance -> OverviewView.of(glance, catalog)).toList();
        String body = written(tests);
        return new Answer(tests, body, new EntityTag(digest(body)));
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
