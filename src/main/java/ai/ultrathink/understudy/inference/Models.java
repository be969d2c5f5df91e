package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The models directory in memory: the versions that answer, and those that are loaded beside them and wait to. */
@ApplicationScoped
public class Models {

    private static final Logger LOG = Logger.getLogger(Models.class);
    private static final Duration LOADED_WITHIN = Duration.ofSeconds(5);

    private final InferenceConfig config;
    private final FolderLoader loader;
    private final TimeSource time;
    private final InferencePool pool;
    private final ModelVersions shelf = new ModelVersions();
    private final DirectoryReader directory;
    // one thread: readings never overlap, and never hold up an event loop
    private final ExecutorService loading = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("reload").daemon().factory());
    private final DeadlineWatch deadlines;
    private volatile boolean complete;

    Models(ModelsConfig models, InferenceConfig config, NetworkLoader networks, TimeSource time) {
        this.config = config;
        this.loader = new FolderLoader(networks, config.maxBatch(), config.loadWithin(), time);
        this.time = time;
        this.pool = new InferencePool(
                config.threads().orElse(Runtime.getRuntime().availableProcessors()),
                config.maxBatch(),
                config.maxStuck(),
                time);
        this.deadlines = new DeadlineWatch(pool, config.stuckAfter(), time);
        this.directory = new DirectoryReader(
                models.dir(),
                loader,
                shelf,
                this::model,
                pool,
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

    /**
     * Asks a model its golden question, as any request in that role is asked, and checks the answer: invalid when it is off by
     * more than the card's tolerance. While a thread is stuck in the model it is not asked but rejected. The Uni never fails
     * and ends, at the latest, with the deadline.
     */
    public Uni<Outcome> probe(String name, Variant role, Duration deadline) {
        Model model = shelf.serving().get(name);
        return model == null
                ? Uni.createFrom().item(new Outcome.Rejected("model " + name + " is not loaded"))
                : GoldenProbe.ask(model, role, deadline);
    }

    /** Whether there is a folder of that name, loaded or not. */
    public boolean known(String name) {
        return shelf.status().stream().anyMatch(status -> status.name().equals(name));
    }

    /** The names that answer, in alphabetical order. */
    public List<String> names() {
        return shelf.serving().keySet().stream().sorted().toList();
    }

    /** Every folder with its state, in alphabetical order. */
    public List<ModelStatus> status() {
        List<ModelStatus> models = shelf.status();
        Stream<ModelStatus> others = directory.others().stream()
                .filter(other -> models.stream().noneMatch(model -> model.name().equals(other.name())));
        return Stream.concat(models.stream(), others)
                .sorted(Comparator.comparing(ModelStatus::name))
                .toList();
    }

    /** Which versions are in memory, in alphabetical order. */
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

    /** How many requests a model has answered in a role, probes among them. */
    public long answered(String name, Variant role) {
        Model model = shelf.serving().get(name);
        return model == null ? 0 : model.answered(role);
    }

    /** Threads that ended by a fault and were replaced. */
    public int endedThreads() {
        return pool.ended();
    }

    /** Threads that a model holds and does not give back. */
    public int stuckThreads() {
        return pool.stuck() + loader.stuck();
    }

    /**
     * Reads the directory: what changed is loaded and swapped under the running requests, what does not load is reported and,
     * if an earlier version is in memory, that one serves on. For a process that has no others beside it to agree with.
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

    /** Reads the directory and loads what has changed beside what answers. What is in memory then. */
    public Uni<List<ModelInMemory>> stage() {
        return onLoadingThread(directory::readAll);
    }

    /**
     * Looks for versions that are not in memory, and loads them beside what answers. What is in memory then.
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

    /**
     * Lets a version answer from now on. What is queued runs in it, what runs ends in the one before. If the version is not in
     * memory, the name does not answer any more: two replicas never answer with two versions.
     *
     * @return whether it answers
     */
    public boolean switchTo(ModelVersion version) {
        boolean answers = shelf.switchTo(version.name(), version.digest());
        if (answers) {
            LOG.infof("%s serves", version.text());
        } else {
            LOG.warnf("%s is wanted and not here; requests for this model are refused", version.text());
        }
        return answers;
    }

    /** Takes a model away. What still waits for it is refused. */
    public void remove(String name) {
        LOG.infof("model %s is gone; it no longer serves", name);
        shelf.remove(name);
    }

    /** Frees what is loaded and does not answer, but for these names. */
    public void clear(Set<String> kept) {
        shelf.clear(kept);
    }

    private Model model(LoadedModel loaded) {
        Model model = new Model(loaded.version().name(), loaded, pool, config.queueCapacity(), time);
        deadlines.add(model);
        return model;
    }

    @PreDestroy
    void stop() {
        loading.shutdown();
        deadlines.stop();
        awaitLoading();
        loader.close();
        pool.close();
    }

    /** A process that ends under a thread inside libtorch crashes: libtorch's own destructors run first. */
    private void awaitLoading() {
        try {
            if (!loading.awaitTermination(LOADED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a model is still being loaded; the service stops all the same");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
