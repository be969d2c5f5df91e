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
 * Loads folders one after the other on a thread of its own, and waits for that thread only so long: a model can hang in its
 * golden question, in native code that nobody can interrupt, and shall not keep the others from being loaded.
 *
 * <p>A thread that is late is given up and replaced. What it was loading is refused until the thread comes back or the folder
 * changes, so that each version costs one thread at most.
 */
final class FolderLoader implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(FolderLoader.class);

    private final NetworkLoader networks;
    private final int maxRows;
    private final Duration within;
    private final TimeSource time;
    private final Set<Version> stuck = ConcurrentHashMap.newKeySet();
    private ExecutorService thread = newThread();

    private record Version(String name, String digest) {}

    /**
     * @param maxRows the largest batch that will be asked of a model
     * @param within how long a model may take to load, warm up and answer its golden question
     */
    FolderLoader(NetworkLoader networks, int maxRows, Duration within, TimeSource time) {
        this.networks = networks;
        this.maxRows = maxRows;
        this.within = within;
        this.time = time;
    }

    /**
     * Loads a folder; called by one thread at a time.
     *
     * @throws ModelRefusedException saying why the folder cannot serve, or that it took too long
     */
    LoadedModel load(ModelFolder folder) throws ModelRefusedException {
        FolderContents contents = contents(folder);
        Version version = new Version(folder.name(), contents.digest());
        if (stuck.contains(version)) {
            throw new ModelRefusedException(
                    "still hangs in an earlier attempt to load it; change the folder, or restart");
        }
        CompletableFuture<LoadedModel> loading = new CompletableFuture<>();
        thread.execute(() -> load(folder, contents, loading));
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
            throw new ModelRefusedException("was not loaded: the service stops", e);
        }
    }

    private void load(ModelFolder folder, FolderContents contents, CompletableFuture<LoadedModel> loading) {
        try {
            loading.complete(read(folder, contents));
        } catch (ModelRefusedException | RuntimeException | Error e) {
            loading.completeExceptionally(e);
        }
    }

    /** Whoever waits goes on when the thread has left libtorch: a process must not end under it. */
    private LoadedModel read(ModelFolder folder, FolderContents contents) throws ModelRefusedException {
        try (TorchThread torch = TorchThread.prepareCurrent()) {
            return folder.load(contents, networks, torch, maxRows, time);
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
                LOG.warnf("model %s has loaded after all, and late; the next reload tries again", version.name());
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
            // such as no memory, or no libtorch: told of this folder, and the next one is tried
            case RuntimeException e -> new ModelRefusedException(described(e), e);
            case Error e -> new ModelRefusedException(described(e), e);
            case null, default -> throw new IllegalStateException(cause);
        };
    }

    private static String described(Throwable e) {
        return e.getClass().getSimpleName() + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** Threads that a model has not given back. */
    int stuck() {
        return stuck.size();
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("model-loader").daemon().factory());
    }
}
