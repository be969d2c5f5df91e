package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.worker.WorkerProgram;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.LaunchMode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import org.jboss.logging.Logger;

/** Chooses where treatments run, by the settings. */
@ApplicationScoped
class TreatmentRuntimes {

    private static final Logger LOG = Logger.getLogger(TreatmentRuntimes.class);

    private final TreatmentConfig config;
    private final InferenceConfig inference;
    private final TreatmentWorkerCommand command;
    private final MeterRegistry registry;
    private final Event<OutOfUse> outOfUse;
    private final TimeSource time;

    TreatmentRuntimes(
            TreatmentConfig config,
            InferenceConfig inference,
            TreatmentWorkerCommand command,
            MeterRegistry registry,
            Event<OutOfUse> outOfUse,
            TimeSource time) {
        this.config = config;
        this.inference = inference;
        this.command = command;
        this.registry = registry;
        this.outOfUse = outOfUse;
        this.time = time;
    }

    TreatmentRuntime runtime(InferencePool pool) {
        boolean worker = switch (config.runtime()) {
            case "worker" -> true;
            case "in_process" -> false;
            default ->
                throw new IllegalArgumentException("UNDERSTUDY_TREATMENT_RUNTIME: got \"" + config.runtime()
                        + "\"; allowed: worker or in_process");
        };
        if (!worker) {
            return new TreatmentRuntime.InProcess(pool);
        }
        if (LaunchMode.current().isDev()) {
            LOG.info("treatments run in this process, as always in development mode");
            return new TreatmentRuntime.InProcess(pool);
        }
        return new InWorker(
                config,
                inference,
                new WorkerProgram(command.words()),
                threads(),
                new WorkerMeters(registry),
                outOfUse::fire,
                time);
    }

    /** As many as treatments may use in this process. */
    private int threads() {
        return Math.max(1, inference.threads().orElse(Runtime.getRuntime().availableProcessors()) - 1);
    }
}
