package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The models directory in memory. What it holds is an immutable snapshot, swapped whole at each reload. */
@ApplicationScoped
public class Models {

    private static final Logger LOG = Logger.getLogger(Models.class);
    private static final Duration LOADED_WITHIN = Duration.ofSeconds(5);

    private final Path directory;
    private final InferenceConfig config;
    private final FolderLoader loader;
    private final TimeSource time;
    private final InferencePool pool;
    // one thread: reloads never overlap, and their reading never holds up an event loop
    private final ExecutorService loading = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("reload").daemon().factory());
    private final ScheduledExecutorService watching = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("deadlines").daemon().factory());
    private @Nullable ScheduledFuture<?> expiring;
    // the models that serve, and those that were taken away while somebody still waits for them
    private final Set<Model> watched = ConcurrentHashMap.newKeySet();
    private volatile Snapshot snapshot = new Snapshot(Map.of(), List.of(), false);

    private record Snapshot(Map<String, Model> serving, List<ModelStatus> status, boolean complete) {}

    Models(ModelsConfig models, InferenceConfig config, NetworkLoader networks, TimeSource time) {
        this.directory = models.dir();
        this.config = config;
        this.loader = new FolderLoader(networks, config.maxBatch(), config.loadWithin(), time);
        this.time = time;
        this.pool = new InferencePool(
                config.threads().orElse(Runtime.getRuntime().availableProcessors()),
                config.maxBatch(),
                config.maxStuck(),
                time);
    }

    @PostConstruct
    void watchDeadlines() {
        long period = config.deadlineResolution().toNanos();
        expiring = watching.scheduleWithFixedDelay(this::expire, period, period, TimeUnit.NANOSECONDS);
    }

    /** The model of a name, if it is loaded. */
    public Optional<Predictor> find(String name) {
        return Optional.ofNullable(snapshot.serving.get(name));
    }

    /**
     * Asks a model its golden question, as any request in that role is asked, and checks the answer: invalid when it is off by
     * more than the card's tolerance. While a thread is stuck in the model it is not asked but rejected. The Uni never fails
     * and ends, at the latest, with the deadline.
     */
    public Uni<Outcome> probe(String name, Variant role, Duration deadline) {
        Model model = snapshot.serving.get(name);
        return model == null
                ? Uni.createFrom().item(new Outcome.Rejected("model " + name + " is not loaded"))
                : GoldenProbe.ask(model, role, deadline);
    }

    /** Whether there is a folder of that name, loaded or not. */
    public boolean known(String name) {
        return snapshot.status.stream().anyMatch(status -> status.name().equals(name));
    }

    /** The names that answer, in alphabetical order. */
    public List<String> names() {
        return snapshot.serving.keySet().stream().sorted().toList();
    }

    /** Every folder with its state, in alphabetical order. */
    public List<ModelStatus> status() {
        return snapshot.status;
    }

    /** Whether the directory has been read once. */
    public boolean loaded() {
        return snapshot.complete;
    }

    /** Whether the pool can still run a model. */
    public boolean alive() {
        return !snapshot.complete || pool.alive();
    }

    /** Threads that a model holds and does not give back. */
    public int stuckThreads() {
        return pool.stuck() + loader.stuck();
    }

    /**
     * Reads the directory: what changed is loaded and swapped under the running requests, what does not load is reported and,
     * if an earlier version is in memory, that one serves on.
     */
    public Uni<List<ModelStatus>> reload() {
        return Uni.createFrom().item(this::read).runSubscriptionOn(loading);
    }

    private List<ModelStatus> read() {
        Map<String, Model> serving = new TreeMap<>();
        Map<String, ModelStatus> status = new TreeMap<>();
        for (ModelFolder folder : ModelFolder.in(directory)) {
            Model before = snapshot.serving.get(folder.name());
            String reason = null;
            try {
                Model model = refresh(folder, before);
                serving.put(folder.name(), model);
            } catch (ModelRefusedException e) {
                reason = String.valueOf(e.getMessage());
                LOG.warnf("model %s does not load: %s", folder.name(), reason);
                if (before != null) {
                    serving.put(folder.name(), before);
                }
            }
            status.put(folder.name(), status(folder.name(), serving.get(folder.name()), reason));
        }
        Snapshot previous = snapshot;
        warmUp(serving.values().stream()
                .filter(model -> !previous.serving.containsValue(model))
                .toList());
        snapshot = new Snapshot(Map.copyOf(serving), List.copyOf(status.values()), true);
        previous.serving.forEach((name, model) -> {
            if (!serving.containsKey(name)) {
                LOG.infof("model %s is gone from %s; it no longer serves", name, directory);
                model.retire();
            }
        });
        return snapshot.status;
    }

    /** Each thread's first passes are slow as well, not only each model's. */
    private void warmUp(List<Model> fresh) {
        try {
            pool.start(torch -> fresh.forEach(model -> model.warmUp(torch)));
            fresh.forEach(Model::rehearse);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ModelStatus status(String name, @Nullable Model model, @Nullable String reason) {
        return model == null
                ? ModelStatus.failed(name, String.valueOf(reason))
                : ModelStatus.of(name, model.current(), reason);
    }

    private Model refresh(ModelFolder folder, @Nullable Model before) throws ModelRefusedException {
        if (before != null && unchanged(folder, before)) {
            return before;
        }
        LoadedModel loaded = loader.load(folder);
        LOG.infof("model %s version %s is loaded", folder.name(), loaded.card().version());
        if (before == null) {
            Model model = new Model(folder.name(), loaded, pool, config.queueCapacity(), time);
            watched.add(model);
            return model;
        }
        before.swap(loaded);
        return before;
    }

    private static boolean unchanged(ModelFolder folder, Model before) throws ModelRefusedException {
        try {
            return folder.digest().equals(before.current().digest());
        } catch (IOException e) {
            throw new ModelRefusedException("cannot be read: " + e.getMessage(), e);
        }
    }

    private void expire() {
        try {
            long now = time.nanoTime();
            watched.forEach(model -> model.expire(now));
            watched.removeIf(Model::over);
            pool.replaceStuck(config.stuckAfter().toNanos());
        } catch (RuntimeException | Error e) {
            // what throws once is not scheduled again, and without deadlines callers would wait for ever
            LOG.error("deadlines could not be looked at; this is a bug, please report it", e);
        }
    }

    @PreDestroy
    void stop() {
        loading.shutdown();
        if (expiring != null) {
            expiring.cancel(false);
        }
        watching.shutdown();
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
