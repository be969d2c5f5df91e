package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the models directory and loads what it finds next to the versions that serve. A reading never changes which
 * versions answer. Used by one thread at a time.
 */
final class DirectoryReader {

    private static final Logger LOG = Logger.getLogger(DirectoryReader.class);

    private final Path directory;
    private final FolderLoader loader;
    private final ModelVersions shelf;
    private final Function<LoadedModel, Model> models;
    private final InferencePool pool;
    private final ModelUse use;
    private final RemoteRetries retries;
    private final TimeSource time;
    private final long mostNetworkBytes;
    private volatile List<ModelStatus> others = List.of();
    private final Map<String, Digested> digests = new HashMap<>();

    /** The digest of files with this fingerprint. */
    private record Digested(Fingerprint files, String digest) {}

    /**
     * @param models creates the model of a new name
     * @param pool started and warmed up with the first models
     * @param use whether a model may advise other actions from now on
     * @param retries told of folders whose server could not answer
     * @param mostNetworkBytes the largest network that is loaded
     */
    DirectoryReader(
            Path directory,
            FolderLoader loader,
            ModelVersions shelf,
            Function<LoadedModel, Model> models,
            InferencePool pool,
            ModelUse use,
            RemoteRetries retries,
            TimeSource time,
            long mostNetworkBytes) {
        this.directory = directory;
        this.loader = loader;
        this.shelf = shelf;
        this.models = models;
        this.pool = pool;
        this.use = use;
        this.retries = retries;
        this.time = time;
        this.mostNetworkBytes = mostNetworkBytes;
    }

    /** The folders that are not models, as of the last full reading. */
    List<ModelStatus> others() {
        return others;
    }

    /** Reads all folders. */
    void readAll() {
        List<Model> fresh = new ArrayList<>();
        Folders found = Folders.in(directory, mostNetworkBytes);
        Set<ModelStatus> told = Set.copyOf(others);
        found.others().stream()
                .filter(other -> other.state() == ModelStatus.State.FAILED && !told.contains(other))
                .forEach(other -> LOG.warnf(
                        "folder %s is not a model: %s", other.name().replaceAll("\\p{Cntrl}", "?"), other.reason()));
        others = found.others();
        List<ModelFolder> folders = found.models();
        for (ModelFolder folder : folders) {
            read(folder, null, fresh);
        }
        List<String> names = folders.stream().map(ModelFolder::name).toList();
        shelf.seenAll(names);
        retries.keep(names);
        warmUp(fresh);
    }

    /** Reads these folders again, if nothing of their names is in memory. */
    void readAgain(Set<String> names) {
        List<Model> fresh = new ArrayList<>();
        for (ModelFolder folder : Folders.in(directory, mostNetworkBytes).models()) {
            if (names.contains(folder.name()) && shelf.model(folder.name()) == null) {
                read(folder, null, fresh);
            }
        }
        fresh.forEach(Model::warmUp);
        // of a folder that is gone or has another version by now
        names.stream().filter(name -> shelf.model(name) != null).forEach(retries::settled);
    }

    /**
     * Looks for versions that are not in memory. Unchanged files are not read again.
     *
     * @param wanted digests by name
     */
    void read(Map<String, String> wanted) {
        List<Model> fresh = new ArrayList<>();
        List<ModelFolder> folders = Folders.in(directory, mostNetworkBytes).models();
        shelf.seenAll(folders.stream().map(ModelFolder::name).toList());
        for (ModelFolder folder : folders) {
            String digest = wanted.get(folder.name());
            if (digest != null && !shelf.has(folder.name(), digest)) {
                read(folder, digest, fresh);
            }
        }
        if (!fresh.isEmpty()) {
            warmUp(fresh);
        }
    }

    /** @param wanted the only digest to load, or null for any */
    private void read(ModelFolder folder, @Nullable String wanted, List<Model> fresh) {
        String name = folder.name();
        String digest = null;
        try {
            digest = wanted == null ? digest(folder) : digestUnlessSame(folder);
            boolean any = wanted == null || wanted.equals(digest);
            if (any && !shelf.has(name, digest)) {
                load(folder, fresh);
            }
            shelf.seen(name, digest, null);
            retries.settled(name);
        } catch (ModelRefusedException e) {
            refused(name, e);
            shelf.seen(name, digest, String.valueOf(e.getMessage()));
        }
        if (wanted == null) {
            shelf.dropOthers(name, digest);
        }
    }

    private void refused(String name, ModelRefusedException why) {
        String reason = String.valueOf(why.getMessage());
        if (!why.mayLoadLater()) {
            retries.settled(name);
            LOG.warnf("model %s does not load: %s", name, reason);
        } else if (retries.failed(name, reason, time.nanoTime())) {
            LOG.warnf("model %s does not load, and is tried again from time to time: %s", name, reason);
        }
    }

    private void load(ModelFolder folder, List<Model> fresh) throws ModelRefusedException {
        LoadedModel loaded = loader.load(folder);
        Model serving = shelf.model(folder.name());
        if (serving != null) {
            requireActions(serving, loaded);
        }
        LOG.infof("%s is loaded", loaded.version().text());
        if (serving == null) {
            Model model = models.apply(loaded);
            fresh.add(model);
            shelf.stage(model);
        } else {
            shelf.stage(folder.name(), loaded);
        }
    }

    /** A version that advises other actions would make the results of a running test incomparable. */
    private void requireActions(Model serving, LoadedModel loaded) throws ModelRefusedException {
        if (loaded.actions().equals(serving.actions())) {
            return;
        }
        Optional<String> user = use.needsActions(serving.name());
        if (user.isPresent()) {
            loaded.release();
            throw new ModelRefusedException("model.json: actions: got " + loaded.actions() + "; allowed: "
                    + serving.actions() + ", because " + user.get() + " runs with them; disable it first");
        }
    }

    private String digest(ModelFolder folder) throws ModelRefusedException {
        try {
            FolderContents contents = folder.contents();
            digests.put(folder.name(), new Digested(contents.files(), contents.digest()));
            return contents.digest();
        } catch (IOException e) {
            throw folder.refused(e);
        }
    }

    private String digestUnlessSame(ModelFolder folder) throws ModelRefusedException {
        try {
            Digested before = digests.get(folder.name());
            return before != null && before.files().equals(Fingerprint.of(folder.directory()))
                    ? before.digest()
                    : digest(folder);
        } catch (IOException e) {
            throw folder.refused(e);
        }
    }

    /** Warms up all threads. The first passes of each thread are slow, as well as those of each model. */
    private void warmUp(List<Model> fresh) {
        try {
            pool.start(torch -> fresh.forEach(model -> model.warmUp(torch)));
            fresh.forEach(Model::warmUp);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
