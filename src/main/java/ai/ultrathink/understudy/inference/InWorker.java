package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.WorkerAnswers.EndedException;
import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLauncher;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.inference.worker.WorkerProgram;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Treatments run in a process of their own. */
final class InWorker implements TreatmentRuntime {

    private static final Logger LOG = Logger.getLogger(InWorker.class);
    private static final int LOADING_ATTEMPTS = 2;

    private final TreatmentConfig config;
    private final WorkerVersions versions;
    private final WorkerPasses passes;
    private final WorkerSupervisor supervisor;
    private final WorkerQueues queues;
    private final WorkerWatch watch;

    /** @param threads how many passes the worker runs at a time */
    InWorker(
            TreatmentConfig config,
            InferenceConfig inference,
            WorkerProgram program,
            int threads,
            WorkerMeters meters,
            Consumer<OutOfUse> whenOutOfUse,
            TimeSource time) {
        this.config = config;
        WorkerDeaths deaths =
                new WorkerDeaths(config.maxDeaths(), config.deathWindow().toNanos(), whenOutOfUse);
        this.versions = new WorkerVersions(deaths, inference.maxBatch(), inference.loadWithin(), time);
        this.passes = new WorkerPasses(versions, deaths, meters, threads, time);
        this.watch = new WorkerWatch(config.hangAfter().toNanos(), time.nanoTime());
        this.supervisor = new WorkerSupervisor(
                new WorkerLauncher(program, threads, config.startWithin(), time),
                versions,
                passes,
                config.deathWindow(),
                meters,
                time);
        this.queues = new WorkerQueues(supervisor, versions, passes, deaths, meters, inference.maxBatch(), time);
        passes.whenEnded(queues::goOn);
        queues.start();
        // it loads libtorch while this process does
        supervisor.begin();
        meters.show(() -> supervisor.serving() != null, this::residentBytes);
    }

    @Override
    public QueueServer queues() {
        return queues;
    }

    @Override
    public WorkerLoad load(ModelFolder folder, FolderContents contents) throws ModelRefusedException {
        WorkerCopy copy = versions.create(folder, contents.digest());
        try {
            for (int attempt = 1; ; attempt++) {
                WorkerLife life = supervisor.await(config.startWithin());
                if (life == null) {
                    LOG.warnf(
                            "%s is loaded without a worker: %s",
                            copy.text(), supervisor.state().describe());
                    versions.keep(copy);
                    return new WorkerLoad.Later(copy);
                }
                Optional<Batching> batching = attempt(life, copy, attempt >= LOADING_ATTEMPTS);
                if (batching.isPresent()) {
                    versions.keep(copy);
                    copy.loaded(batching.get());
                    // a worker that began meanwhile may not have loaded it
                    if (life.equals(supervisor.serving())) {
                        return new WorkerLoad.Loaded(copy, batching.get());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelRefusedException("was not loaded: the service is stopping", e);
        } catch (ModelRefusedException e) {
            versions.forget(copy);
            throw e;
        }
    }

    /** Empty if the worker ended. That may be due to another model, so the last attempt alone decides. */
    private Optional<Batching> attempt(WorkerLife life, WorkerCopy copy, boolean last) throws ModelRefusedException {
        try {
            return Optional.of(versions.load(life, copy));
        } catch (ModelRefusedException e) {
            throw e;
        } catch (EndedException e) {
            LOG.warnf("the worker ended while it loaded %s: %s", copy.text(), e.getMessage());
            if (last || e.tookTooLong()) {
                throw new ModelRefusedException(
                        "it ended the process that loads it: " + e.getMessage() + "; change the folder and reload", e);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new ModelRefusedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void unload(WorkerCopy copy) {
        versions.forget(copy);
        queues.free(copy);
    }

    @Override
    public void watch(long nowNanos) {
        WorkerLife life = supervisor.serving();
        if (life == null) {
            return;
        }
        WorkerPass oldest = passes.oldest();
        long heardNanos = passes.heardNanos();
        if (watch.hangs(heardNanos, oldest == null ? null : oldest.sentNanos(), nowNanos)) {
            life.kill(WorkerEnd.hang(
                    oldest == null
                            ? "it gave no sign of life for "
                                    + config.hangAfter().toMillis() + " ms"
                            : "a pass of " + oldest.turn().copy().text() + " took longer than "
                                    + config.hangAfter().toMillis() + " ms"));
        } else if (oldest == null && watch.pingIsDue(heardNanos, nowNanos)) {
            queues.ping(life);
        }
        if (watch.memoryIsDue(nowNanos)) {
            checkMemory(life);
        }
    }

    private void checkMemory(WorkerLife life) {
        long most = config.maxMemory().asLongValue();
        OptionalLong resident = life.residentBytes();
        if (resident.isPresent() && resident.getAsLong() > most) {
            life.kill(WorkerEnd.memory("it had " + (resident.getAsLong() >> 20) + " MB of memory in use, and "
                    + (most >> 20) + " MB are allowed"));
        }
    }

    private double residentBytes() {
        WorkerLife life = supervisor.serving();
        OptionalLong resident = life == null ? OptionalLong.empty() : life.residentBytes();
        return resident.isPresent() ? resident.getAsLong() : Double.NaN;
    }

    @Override
    public Optional<String> worker() {
        return Optional.of(supervisor.state().describe());
    }

    @Override
    public void close() {
        supervisor.close();
        queues.close();
    }
}
