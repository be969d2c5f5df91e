package ai.ultrathink.understudy.inference.worker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The worker's side: reads requests and replies to them. The thread that has read a pass also runs it, while another reads on, so
 * that no pass waits for a change of threads. Versions are loaded on a thread of their own, beside the passes.
 */
public final class WorkerServer {

    private static final Logger LOG = Logger.getLogger(WorkerServer.class);

    private final FrameChannel channel;
    private final Networks networks;
    private final ReentrantLock reading = new ReentrantLock();
    /** libtorch calls itself for each statement of a network's code. */
    private static final long LOADER_STACK_BYTES = 64L << 20;

    private final ExecutorService loader = Executors.newSingleThreadExecutor(Thread.ofPlatform()
            .name("worker-loader")
            .stackSize(LOADER_STACK_BYTES)
            .daemon()
            .factory());

    /** The networks of the worker. */
    public interface Networks {

        /** Loads a version; called by one thread. */
        WorkerReply load(WorkerRequest.Load load);

        /** Frees a version; called by the thread that loads. */
        void unload(WorkerRequest.Unload unload);

        /** Prepares the calling thread. */
        Session prepareCurrent();
    }

    /** One thread that runs passes. */
    public interface Session extends AutoCloseable {

        WorkerReply run(WorkerRequest.Pass pass);

        @Override
        void close();
    }

    private WorkerServer(FrameChannel channel, Networks networks) {
        this.channel = channel;
        this.networks = networks;
    }

    /**
     * Connects to the service and serves until it closes the socket.
     *
     * @param threads how many passes may run at a time
     */
    public static void serve(Path socket, int threads, Networks networks) throws IOException, InterruptedException {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                FrameChannel channel = new FrameChannel(connection)) {
            WorkerServer server = new WorkerServer(channel, networks);
            CountDownLatch prepared = new CountDownLatch(threads);
            List<Thread> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(Thread.ofPlatform().name("worker-" + i).start(() -> server.run(prepared)));
            }
            prepared.await();
            FrameFormat.send(channel, new WorkerReply.Hello(0, FrameFormat.PROTOCOL));
            for (Thread thread : running) {
                thread.join();
            }
        }
    }

    private void run(CountDownLatch prepared) {
        Session session;
        try {
            session = networks.prepareCurrent();
        } finally {
            prepared.countDown();
        }
        try (session) {
            for (WorkerRequest next = next(); next != null; next = next()) {
                serve(next, session);
            }
        } catch (IOException e) {
            LOG.debugf("the service has gone: %s", e.getMessage());
        }
    }

    /** Null when the service has closed the socket. */
    private @Nullable WorkerRequest next() throws IOException {
        reading.lock();
        try {
            ByteBuffer body = channel.receive();
            return body == null ? null : FrameFormat.request(body);
        } finally {
            reading.unlock();
        }
    }

    private void serve(WorkerRequest request, Session session) throws IOException {
        switch (request) {
            case WorkerRequest.Pass pass -> FrameFormat.send(channel, session.run(pass));
            case WorkerRequest.Ping ping -> FrameFormat.send(channel, new WorkerReply.Pong(ping.sequence()));
            case WorkerRequest.Load load -> loader.execute(() -> reply(networks.load(load)));
            case WorkerRequest.Unload unload -> loader.execute(() -> networks.unload(unload));
        }
    }

    private void reply(WorkerReply reply) {
        try {
            FrameFormat.send(channel, reply);
        } catch (IOException e) {
            LOG.debugf("the service has gone: %s", e.getMessage());
        }
    }
}
