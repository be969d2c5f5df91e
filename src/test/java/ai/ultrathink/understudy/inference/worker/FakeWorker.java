package ai.ultrathink.understudy.inference.worker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A worker without libtorch, which behaves as its first argument says. */
public final class FakeWorker implements WorkerServer.Networks {

    private final Set<Integer> loaded = ConcurrentHashMap.newKeySet();
    private final Set<Integer> refused = ConcurrentHashMap.newKeySet();
    private final boolean late;

    private FakeWorker(boolean late) {
        this.late = late;
    }

    /**
     * The program in one of its modes: {@code sound}, {@code half}, {@code huge}, {@code other}, {@code deaf}, {@code late}, which
     * refuses to load each version the first time, or {@code full}, which reads nothing after it has loaded one version. A version
     * of the model {@code stuck} never loads.
     */
    public static WorkerProgram program(String mode) {
        return new WorkerProgram(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                FakeWorker.class.getName(),
                mode));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path socket = Path.of(args[1]);
        switch (args[0]) {
            case "half" -> sendAfterHello(socket, new byte[] {9, 0, 0, 0, 22, 1});
            case "huge" -> sendAfterHello(socket, new byte[] {-1, -1, -1, 127, 22, 1});
            case "other" -> hello(socket, FrameFormat.PROTOCOL + 1);
            case "deaf" -> System.exit(7);
            case "full" -> loadOne(socket);
            default -> WorkerServer.serve(socket, Integer.parseInt(args[2]), new FakeWorker(args[0].equals("late")));
        }
    }

    private static void hello(Path socket, int protocol) throws IOException {
        SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        FrameChannel channel = new FrameChannel(connection);
        FrameFormat.send(channel, new WorkerReply.Hello(0, protocol));
        channel.receive();
    }

    private static void loadOne(Path socket) throws IOException, InterruptedException {
        SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        FrameChannel channel = new FrameChannel(connection);
        FrameFormat.send(channel, new WorkerReply.Hello(0, FrameFormat.PROTOCOL));
        if (FrameFormat.request(Objects.requireNonNull(channel.receive())) instanceof WorkerRequest.Load load) {
            FrameFormat.send(channel, new FakeWorker(false).load(load));
        }
        new CountDownLatch(1).await();
    }

    private static void sendAfterHello(Path socket, byte[] bytes) throws IOException {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            FrameFormat.send(new FrameChannel(connection), new WorkerReply.Hello(0, FrameFormat.PROTOCOL));
            connection.write(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    @Override
    public WorkerReply load(WorkerRequest.Load load) {
        while (load.name().equals("stuck")) {
            LockSupport.park();
        }
        if (late && refused.add(load.handle())) {
            return new WorkerReply.Refused(load.sequence(), "not yet");
        }
        loaded.add(load.handle());
        return new WorkerReply.Loaded(load.sequence(), 1, load.maxRows(), "");
    }

    @Override
    public void unload(WorkerRequest.Unload unload) {
        loaded.remove(unload.handle());
    }

    @Override
    public WorkerServer.Session prepareCurrent() {
        return new WorkerServer.Session() {
            @Override
            public WorkerReply run(WorkerRequest.Pass pass) {
                if (!loaded.contains(pass.handle())) {
                    return new WorkerReply.Failed(pass.sequence(), "not loaded");
                }
                return new WorkerReply.Scores(pass.sequence(), 1, FloatBuffer.wrap(new float[3 * pass.rows()]));
            }

            @Override
            public void close() {}
        };
    }
}
