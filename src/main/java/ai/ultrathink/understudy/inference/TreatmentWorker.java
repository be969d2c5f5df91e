package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.worker.WorkerServer;
import java.io.IOException;
import java.nio.file.Path;

/** The program of the worker: loads networks and runs them for the service that started it. */
public final class TreatmentWorker {

    private TreatmentWorker() {}

    /**
     * Serves until the service closes the socket.
     *
     * @param socket the service's
     * @param threads how many passes may run at a time
     */
    public static void serve(Path socket, int threads, TimeSource time) throws IOException, InterruptedException {
        WorkerServer.serve(socket, threads, new WorkerNetworks(new EngineNetworkLoader(), time));
    }
}
