package ai.ultrathink.understudy.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkus.runtime.ImageMode;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells Prometheus which version runs, so that a change of a figure can be seen beside a change of the service. */
@Singleton
class BuildVersion implements MeterBinder {

    private final String version;

    BuildVersion(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        String runtime = ImageMode.current() == ImageMode.NATIVE_RUN
                ? "native"
                : Runtime.version().toString();
        ServiceMetric.BUILD_INFO.gauge(registry, Tags.of("version", version, "runtime", runtime), this, info -> 1);
    }
}
