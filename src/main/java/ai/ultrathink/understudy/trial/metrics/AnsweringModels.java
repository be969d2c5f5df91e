package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Tells Prometheus which version of each model answers on this replica. */
@ApplicationScoped
class AnsweringModels {

    private static final Logger LOG = Logger.getLogger(AnsweringModels.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Models models;
    private final MultiGauge info;
    private volatile List<ModelVersion> told = List.of();
    private volatile Cancellable looking = () -> {};

    AnsweringModels(Models models, MeterRegistry registry) {
        this.models = models;
        this.info = ServiceMetric.MODEL_INFO.gauges(registry);
    }

    void start(@Observes StartupEvent event) {
        looking = Multi.createFrom()
                .ticks()
                .every(EVERY)
                .onOverflow()
                .drop()
                .subscribe()
                .with(tick -> look(), failure -> LOG.error("versions of models are no longer exported", failure));
    }

    /** Nothing says when a model changes, and to look is cheap. */
    void look() {
        List<ModelVersion> now = models.names().stream()
                .map(models::find)
                .flatMap(Optional::stream)
                .map(Predictor::loaded)
                .toList();
        if (!now.equals(told)) {
            told = now;
            info.register(now.stream().map(AnsweringModels::row).toList(), true);
        }
    }

    private static MultiGauge.Row<?> row(ModelVersion version) {
        return ServiceMetric.MODEL_INFO.row(
                Tags.of("model", version.name(), "version", version.version(), "digest", version.shownDigest()), 1);
    }

    @PreDestroy
    void stop() {
        looking.cancel();
    }
}
