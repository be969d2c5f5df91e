package ai.ultrathink.understudy.http.problem;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Keeps the labels of http_server_requests_seconds in closed sets, with any requests: the methods of HTTP, and the paths of
 * the API as templates. Otherwise each invented method or path would stay a series.
 */
@Singleton
class RequestLabels {

    private static final String OTHER = "OTHER";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
    private static final Set<String> URIS = Set.of(
            "root",
            "NOT_FOUND",
            "REDIRECTION",
            "UNKNOWN",
            "/cors-preflight",
            "/q/health",
            "/q/health/live",
            "/q/health/ready",
            "/q/health/started",
            "/q/metrics",
            "/q/openapi",
            "/q/swagger-ui");

    @Produces
    @Singleton
    MeterFilter closed(Operations operations) {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals("http.server.requests") ? known(id, operations) : id;
            }
        };
    }

    private static Meter.Id known(Meter.Id id, Operations operations) {
        return id.replaceTags(id.getTags().stream()
                .map(tag -> isKnown(tag, operations) ? tag : Tag.of(tag.getKey(), OTHER))
                .toList());
    }

    private static boolean isKnown(Tag tag, Operations operations) {
        return switch (tag.getKey()) {
            case "uri" ->
                URIS.contains(tag.getValue())
                        || GrpcAccess.isCall(tag.getValue())
                        || operations.isTemplate(tag.getValue());
            case "method" -> METHODS.contains(tag.getValue());
            default -> true;
        };
    }
}
