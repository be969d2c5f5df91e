package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.inference.worker.WorkerReply;
import ai.ultrathink.understudy.inference.worker.WorkerRequest;
import ai.ultrathink.understudy.inference.worker.WorkerServer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The models in the memory of the worker, by the numbers that the service gave them. */
final class WorkerNetworks implements WorkerServer.Networks {

    private final NetworkLoader loader;
    private final TimeSource time;
    private final Map<Integer, LoadedModel> loaded = new ConcurrentHashMap<>();

    WorkerNetworks(NetworkLoader loader, TimeSource time) {
        this.loader = loader;
        this.time = time;
    }

    @Override
    public WorkerReply load(WorkerRequest.Load load) {
        try (TorchThread torch = TorchThread.prepareCurrent()) {
            ModelFolder folder = new ModelFolder(load.name(), Path.of(load.folder()), load.mostNetworkBytes());
            FolderContents contents = folder.contents();
            if (!contents.digest().equals(load.digest())) {
                return new WorkerReply.Refused(load.sequence(), "its folder holds another version by now");
            }
            Batching known = load.block() == 0 ? null : new Batching(load.block(), load.most(), null);
            LoadedModel model = folder.load(contents, loader, torch, load.maxRows(), known, time);
            LoadedModel before = loaded.put(load.handle(), model);
            if (before != null) {
                before.release();
            }
            Batching batching = model.batching();
            return new WorkerReply.Loaded(
                    load.sequence(),
                    batching.block(),
                    batching.most(),
                    Objects.requireNonNullElse(batching.note(), ""));
        } catch (IOException e) {
            return new WorkerReply.Refused(load.sequence(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            return new WorkerReply.Refused(load.sequence(), e.toString());
        }
    }

    @Override
    public void unload(WorkerRequest.Unload unload) {
        LoadedModel model = loaded.remove(unload.handle());
        if (model != null) {
            model.release();
        }
    }

    @Override
    public WorkerServer.Session prepareCurrent() {
        return new TorchSession(TorchThread.prepareCurrent());
    }

    private final class TorchSession implements WorkerServer.Session {

        private final TorchThread torch;

        TorchSession(TorchThread torch) {
            this.torch = torch;
        }

        @Override
        public WorkerReply run(WorkerRequest.Pass pass) {
            LoadedModel model = loaded.get(pass.handle());
            if (model == null || !model.acquire()) {
                return new WorkerReply.Failed(pass.sequence(), "the worker has not loaded the model");
            }
            int rows = pass.rows();
            int actions = model.actions().size();
            try {
                FloatBuffer input = torch.input(rows * pass.columns());
                input.put(pass.values());
                long start = time.nanoTime();
                NetworkOutput output = model.forward(torch, rows);
                long nanos = time.nanoTime() - start;
                if (!output.isMatrix(rows, actions)) {
                    return new WorkerReply.Invalid(
                            pass.sequence(),
                            "output has shape " + output.shape() + ", expected [" + rows + ", " + actions + "]");
                }
                return new WorkerReply.Scores(
                        pass.sequence(), nanos, output.values().slice(0, rows * actions));
            } catch (RuntimeException | Error e) {
                return new WorkerReply.Failed(pass.sequence(), String.valueOf(e.getMessage()));
            } finally {
                model.release();
            }
        }

        @Override
        public void close() {
            torch.close();
        }
    }
}
