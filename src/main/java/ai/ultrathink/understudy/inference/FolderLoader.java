package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Loads folders one after the other on a thread of its own, with a time limit. A model can hang in its golden question,
 * in native code that cannot be interrupted; the limit lets the other folders load.
 *
 * <p>A thread that exceeds the limit is given up and replaced. Its folder is rejected until the thread returns or the
 * folder changes, so that each version costs one thread at most.
 */
final class FolderLoader implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(FolderLoader.class);

    /** libtorch calls itself for each statement of a network's code; a process ends whose stack is used up. */
    private static final long STACK_BYTES = 64L << 20;

    private final NetworkLoader networks;
    private final RemoteModels remotes;
    private final TreatmentRuntime treatments;
    private final int maxRows;
    private final Duration within;
    private final TimeSource time;
    private final Set<Version> stuck = ConcurrentHashMap.newKeySet();
    private ExecutorService thread = newThread();
    private boolean begun;

    private record Version(String name, String digest) {}

    /**
     * @param remotes loads models that a server answers for
     * @param treatments loads each version first
     * @param maxRows the largest batch that a model will get
     * @param within the time limit for a model to load, warm up and answer its golden question
     */
    FolderLoader(
            NetworkLoader networks,
            RemoteModels remotes,
            TreatmentRuntime treatments,
            int maxRows,
            Duration within,
            TimeSource time) {
        this.networks = networks;
        this.remotes = remotes;
        this.treatments = treatments;
        this.maxRows = maxRows;
        this.within = within;
        this.time = time;
    }

    /**
     * Loads a folder; called by one thread at a time.
     *
     * @throws ModelRefusedException if the folder cannot serve, or took too long; the message says why
     */
    LoadedModel load(ModelFolder folder) throws ModelRefusedException {
        FolderContents contents = contents(folder);
        if (contents.runtime() == ModelRuntime.REMOTE) {
            return remotes.load(folder, contents, maxRows);
        }
        Version version = new Version(folder.name(), contents.digest());
        if (stuck.contains(version)) {
            throw new ModelRefusedException(
                    "still hangs in an earlier attempt to load it; change the folder, or restart");
        }
        if (!begun) {
            begun = true;
            thread.execute(FolderLoader::loadLibtorch);
        }
        return switch (treatments.load(folder, contents)) {
            case WorkerLoad.NotUsed notUsed -> load(folder, contents, version, null);
            case WorkerLoad.Later later -> with(later.copy(), folder, contents, version, null);
            case WorkerLoad.Loaded loaded -> with(loaded.copy(), folder, contents, version, loaded.batching());
        };
    }

    /** Meanwhile the worker does the same. */
    private static void loadLibtorch() {
        try {
            TorchThread.prepareCurrent().close();
        } catch (RuntimeException | Error e) {
            // the first model that needs it is refused with the reason
            LOG.debug("libtorch cannot be loaded", e);
        }
    }

    private LoadedModel with(
            WorkerCopy copy, ModelFolder folder, FolderContents contents, Version version, @Nullable Batching known)
            throws ModelRefusedException {
        try {
            return load(folder, contents, version, known).with(copy, treatments::unload);
        } catch (ModelRefusedException e) {
            treatments.unload(copy);
            throw e;
        }
    }

    private LoadedModel load(ModelFolder folder, FolderContents contents, Version version, @Nullable Batching known)
            throws ModelRefusedException {
        CompletableFuture<LoadedModel> loading = new CompletableFuture<>();
        thread.execute(() -> load(folder, contents, known, loading));
        try {
            return loading.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(version, loading);
            throw new ModelRefusedException(
                    "has not loaded and answered its golden question within " + within.toMillis()
                            + " ms; a model that needs longer needs another UNDERSTUDY_INFERENCE_LOAD_WITHIN",
                    e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelRefusedException("was not loaded: the service is stopping", e);
        }
    }

    private void load(
            ModelFolder folder,
            FolderContents contents,
            @Nullable Batching known,
            CompletableFuture<LoadedModel> loading) {
        try {
            loading.complete(read(folder, contents, known));
        } catch (ModelRefusedException | RuntimeException | Error e) {
            loading.completeExceptionally(e);
        }
    }

    /**
     * The waiting thread continues only after this thread has left libtorch, because a process must not end inside it.
     */
    private LoadedModel read(ModelFolder folder, FolderContents contents, @Nullable Batching known)
            throws ModelRefusedException {
        try (TorchThread torch = TorchThread.prepareCurrent()) {
            return folder.load(contents, networks, torch, maxRows, known, time);
        }
    }

    private void giveUp(Version version, CompletableFuture<LoadedModel> loading) {
        stuck.add(version);
        thread.shutdown();
        thread = newThread();
        var unused = loading.whenComplete((model, failure) -> {
            stuck.remove(version);
            if (model != null) {
                model.release();
                LOG.warnf("model %s loaded after the time limit; the next reload tries again", version.name());
            }
        });
    }

    private static FolderContents contents(ModelFolder folder) throws ModelRefusedException {
        try {
            return folder.contents();
        } catch (IOException e) {
            throw folder.refused(e);
        }
    }

    private static ModelRefusedException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case ModelRefusedException refused -> refused;
            // such as no memory, or no libtorch: reported for this folder, and the next folder is tried
            case RuntimeException e -> new ModelRefusedException(described(e), e);
            case Error e -> new ModelRefusedException(described(e), e);
            case null, default -> throw new IllegalStateException(cause);
        };
    }

    private static String described(Throwable e) {
        return e.getClass().getSimpleName() + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** The number of threads that are stuck in a model. */
    int stuck() {
        return stuck.size();
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform()
                .name("model-loader")
                .stackSize(STACK_BYTES)
                .daemon()
                .factory());
    }
}
