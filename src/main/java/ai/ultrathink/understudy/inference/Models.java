package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The models directory in memory: the versions that answer, and the staged versions. */
@ApplicationScoped
public class Models {

    private static final Logger LOG = Logger.getLogger(Models.class);
    private static final Duration LOADED_WITHIN = Duration.ofSeconds(5);
    private static final Duration DRY_RUN_WITHIN = Duration.ofSeconds(5);

    private final InferenceConfig config;
    private final FolderLoader loader;
    private final TimeSource time;
    private final InferencePool pool;
    private final TreatmentRuntime treatments;
    private final ModelVersions shelf = new ModelVersions();
    private final DirectoryReader directory;
    private final RemoteRetries retries = new RemoteRetries();
    private final AtomicBoolean retrying = new AtomicBoolean();
    // one thread: readings never overlap and never block an event loop
    private final ExecutorService loading = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("reload").daemon().factory());
    private final DeadlineWatch deadlines;
    private volatile boolean complete;

    /** Treatments run where the settings say. */
    @Inject
    Models(
            ModelsConfig models,
            InferenceConfig config,
            NetworkLoader networks,
            RemoteModels remotes,
            TimeSource time,
            TreatmentRuntimes runtimes,
            ModelUse use) {
        this(models, config, networks, remotes, time, runtimes::runtime, use);
    }

    /** Treatments run in this process. */
    Models(ModelsConfig models, InferenceConfig config, NetworkLoader networks, TimeSource time) {
        this(models, config, networks, time, TreatmentRuntime.InProcess::new);
    }

    /** Models that nothing uses. */
    Models(
            ModelsConfig models,
            InferenceConfig config,
            NetworkLoader networks,
            TimeSource time,
            Function<InferencePool, TreatmentRuntime> treatments) {
        this(models, config, networks, RemoteModels.none(time), time, treatments, model -> Optional.empty());
    }

    /**
     * @param remotes loads models that a server answers for
     * @param treatments where treatments run, given the threads of this process
     * @param use whether a model may advise other actions from now on
     */
    Models(
            ModelsConfig models,
            InferenceConfig config,
            NetworkLoader networks,
            RemoteModels remotes,
            TimeSource time,
            Function<InferencePool, TreatmentRuntime> treatments,
            ModelUse use) {
        this.config = config;
        this.time = time;
        this.pool = new InferencePool(
                config.threads().orElse(Runtime.getRuntime().availableProcessors()),
                config.maxBatch(),
                config.maxStuck(),
                time);
        this.treatments = treatments.apply(pool);
        this.loader =
                new FolderLoader(networks, remotes, this.treatments, config.maxBatch(), config.loadWithin(), time);
        this.deadlines = new DeadlineWatch(pool, this.treatments, config.stuckAfter(), this::loadAgain, time);
        this.directory = new DirectoryReader(
                models.dir(),
                loader,
                shelf,
                this::model,
                pool,
                use,
                retries,
                time,
                config.maxNetworkSize().asLongValue());
    }

    @PostConstruct
    void watchDeadlines() {
        deadlines.start(config.deadlineResolution());
    }

    /** The model of a name, if it answers. */
    public Optional<Predictor> find(String name) {
        return Optional.ofNullable(shelf.serving().get(name));
    }

    /** What a model takes and answers, if it answers. */
    public Optional<ModelSignature> signature(String name) {
        return Optional.ofNullable(shelf.serving().get(name)).map(Model::signature);
    }

    /**
     * Asks a model its golden question in the same way as a request in that role, and checks the answer: invalid if it
     * differs by more than the card's tolerance. While a thread is stuck in the model the probe is rejected. The Uni
     * never fails and ends with the deadline at the latest.
     */
    public Uni<Outcome> probe(String name, Variant role, Duration deadline) {
        Model model = shelf.serving().get(name);
        return model == null
                ? Uni.createFrom().item(new Outcome.Rejected("model " + name + " is not loaded"))
                : GoldenProbe.ask(model, role, deadline);
    }

    /**
     * Shows what a model answers to some features. The Uni never fails.
     *
     * @return empty if the model does not answer
     * @throws InvalidValueException if the model takes another number of features
     */
    public Optional<Uni<DryRun>> dryRun(String name, Features features) {
        Model model = shelf.serving().get(name);
        if (model == null) {
            return Optional.empty();
        }
        if (features.size() != model.inputSize()) {
            throw new InvalidValueException(
                    "features",
                    Integer.valueOf(features.size()),
                    model.inputSize() + " numbers, as many as " + name + " takes");
        }
        return Optional.of(DryRun.of(model, features, DRY_RUN_WITHIN));
    }

    /** Whether there is a folder of this name, loaded or not. */
    public boolean known(String name) {
        return shelf.status().stream().anyMatch(status -> status.name().equals(name));
    }

    /** The names of the models that answer, in alphabetical order. */
    public List<String> names() {
        return shelf.serving().keySet().stream().sorted().toList();
    }

    /** Every folder with its state, in alphabetical order. */
    public List<ModelStatus> status() {
        List<ModelStatus> models = shelf.status();
        Set<String> names = models.stream().map(ModelStatus::name).collect(Collectors.toSet());
        Stream<ModelStatus> others = directory.others().stream().filter(other -> !names.contains(other.name()));
        return Stream.concat(models.stream(), others)
                .sorted(Comparator.comparing(ModelStatus::name))
                .toList();
    }

    /** The versions in memory, in alphabetical order. */
    public List<ModelInMemory> inMemory() {
        return shelf.inMemory();
    }

    /** Whether the directory has been read once. */
    public boolean loaded() {
        return complete;
    }

    /** Whether the pool can still run a model. */
    public boolean alive() {
        return !complete || pool.alive();
    }

    /** Number of requests that a model has answered in a role, including probes. */
    public long answered(String name, Variant role) {
        Model model = shelf.serving().get(name);
        return model == null ? 0 : model.answered(role);
    }

    /** The state of the worker that runs treatments, for readers; empty if they run in this process. */
    public Optional<String> worker() {
        return treatments.worker();
    }

    /** Number of threads that ended by a fault and were replaced. */
    public int endedThreads() {
        return pool.ended();
    }

    /** Number of threads that are stuck in a model. */
    public int stuckThreads() {
        return pool.stuck() + loader.stuck();
    }

    /**
     * Reads the directory. Changed models are loaded and swapped while requests run. Models that do not load are
     * reported; if an earlier version is in memory, it continues to serve. For a process without other replicas.
     */
    public Uni<List<ModelStatus>> reload() {
        return stage().map(any -> {
            for (ModelInMemory model : shelf.inMemory()) {
                if (model.gone()) {
                    remove(model.name());
                } else if (model.ready() != null) {
                    switchTo(model.ready());
                }
            }
            complete = true;
            return status();
        });
    }

    /** Reads the directory and stages what has changed. Returns what is in memory then. */
    public Uni<List<ModelInMemory>> stage() {
        return onLoadingThread(directory::readAll);
    }

    /**
     * Looks for versions that are not in memory, and stages them. Returns what is in memory then.
     *
     * @param wanted digests by name
     */
    public Uni<List<ModelInMemory>> stage(Map<String, String> wanted) {
        return onLoadingThread(() -> directory.read(wanted));
    }

    private Uni<List<ModelInMemory>> onLoadingThread(Runnable reading) {
        return Uni.createFrom()
                .item(() -> {
                    reading.run();
                    return shelf.inMemory();
                })
                .runSubscriptionOn(loading);
    }

    /** Loads folders again whose server was away. What has loaded then serves, as after the start. */
    private void loadAgain(long nowNanos) {
        Set<String> due = complete ? retries.due(nowNanos) : Set.of();
        if (due.isEmpty() || !retrying.compareAndSet(false, true)) {
            return;
        }
        onLoadingThread(() -> directory.readAgain(due))
                .onTermination()
                .invoke(() -> retrying.set(false))
                .subscribe()
                .with(
                        inMemory -> inMemory.stream()
                                .filter(model -> due.contains(model.name()) && model.serving() == null)
                                .map(ModelInMemory::ready)
                                .filter(Objects::nonNull)
                                .forEach(this::serveLoadedAgain),
                        failure -> LOG.debugf("models were not loaded again: %s", failure.getMessage()));
    }

    private void serveLoadedAgain(ModelVersion version) {
        if (!switchTo(version)) {
            // the fleet wanted no such version at this moment, and it was freed
            retries.failed(version.name(), "it was freed before it served", time.nanoTime());
        }
    }

    /**
     * Switches to a version. Queued calls run in it, running calls finish in the earlier one. If the version is not in
     * memory, the name stops answering, so that two replicas never answer with two versions.
     *
     * @return whether it answers
     */
    public boolean switchTo(ModelVersion version) {
        boolean answers = shelf.switchTo(version.name(), version.digest());
        if (answers) {
            LOG.infof("%s serves", version.text());
        } else {
            LOG.warnf("%s is wanted but not loaded; requests for this model are rejected", version.text());
        }
        return answers;
    }

    /** Removes a model. Waiting calls are rejected. */
    public void remove(String name) {
        LOG.infof("model %s was removed; it no longer serves", name);
        shelf.remove(name);
    }

    /** Frees staged versions, except those of these names. */
    public void clear(Set<String> kept) {
        shelf.clear(kept);
    }

    private Model model(LoadedModel loaded) {
        Model model =
                new Model(loaded.version().name(), loaded, pool, treatments.queues(), config.queueCapacity(), time);
        deadlines.add(model);
        return model;
    }

    @PreDestroy
    void stop() {
        loading.shutdown();
        deadlines.stop();
        awaitLoading();
        loader.close();
        treatments.close();
        pool.close();
    }

    /**
     * Waits for the loader. A process that ends while a thread is inside libtorch crashes, because libtorch's
     * destructors run first.
     */
    private void awaitLoading() {
        try {
            if (!loading.awaitTermination(LOADED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a model is still being loaded; the service stops anyway");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
