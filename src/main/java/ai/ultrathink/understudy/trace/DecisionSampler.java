package ai.ultrathink.understudy.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Samples what its caller has sampled; of the rest each decision, and a fraction of the requests. */
final class DecisionSampler implements Sampler {

    private final Sampler ratio;

    DecisionSampler(double ratio) {
        this.ratio = Sampler.traceIdRatioBased(ratio);
    }

    /** Gives the SDK its sampler. */
    @Singleton
    static class Source {

        @Produces
        @Singleton
        Sampler sampler(@ConfigProperty(name = "quarkus.otel.traces.sampler.arg", defaultValue = "0.01") double ratio) {
            return Sampler.parentBased(new DecisionSampler(ratio));
        }
    }

    @Override
    public SamplingResult shouldSample(
            Context parent, String traceId, String name, SpanKind kind, Attributes attributes, List<LinkData> links) {
        return name.startsWith(DecisionSpan.PREFIX)
                ? SamplingResult.recordAndSample()
                : ratio.shouldSample(parent, traceId, name, kind, attributes, links);
    }

    @Override
    public String getDescription() {
        return "decisions, and of requests " + ratio.getDescription();
    }
}
