package ai.ultrathink.understudy.storage.db;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Speaks as much of PostgreSQL's protocol as it takes to be asked for the number of the process that serves a session, and tells each
 * session another one at its start, as PgBouncer does.
 */
final class FakePooler implements AutoCloseable {

    private static final int OWN_NUMBER = 77_777;

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private FakePooler(Supplier<IntSupplier> sessions) throws IOException {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    IntSupplier process = sessions.get();
                    threads.execute(() -> serve(socket, process));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /** Each session has a process of its own. */
    static FakePooler bySession() throws IOException {
        AtomicInteger processes = new AtomicInteger();
        return new FakePooler(() -> {
            int own = processes.incrementAndGet();
            return () -> own;
        });
    }

    /** Each question goes to the next of so many processes. */
    static FakePooler byTransaction(int processes) throws IOException {
        AtomicInteger questions = new AtomicInteger();
        return new FakePooler(() -> () -> questions.getAndIncrement() % processes);
    }

    int port() {
        return server.getLocalPort();
    }

    private static void serve(Socket socket, IntSupplier process) {
        try (socket;
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
            in.skipNBytes(in.readInt() - Integer.BYTES);
            send(out, 'R', ByteBuffer.allocate(4).putInt(0).array());
            send(out, 'S', text("client_encoding" + '\0' + "UTF8"));
            send(out, 'S', text("server_version" + '\0' + "17.0"));
            send(out, 'K', ByteBuffer.allocate(8).putInt(OWN_NUMBER).putInt(1).array());
            ready(out);
            while (true) {
                char type = (char) in.readByte();
                byte[] body = in.readNBytes(in.readInt() - Integer.BYTES);
                if (type == 'X') {
                    return;
                }
                if (new String(body, StandardCharsets.UTF_8).contains("pg_backend_pid")) {
                    row(out, process.getAsInt());
                    send(out, 'C', text("SELECT 1"));
                } else {
                    send(out, 'C', text("BEGIN"));
                }
                ready(out);
            }
        } catch (IOException e) {
            // the other side is done
        }
    }

    private static void row(DataOutputStream out, int process) throws IOException {
        byte[] name = text("process");
        send(
                out,
                'T',
                ByteBuffer.allocate(2 + name.length + 18)
                        .putShort((short) 1)
                        .put(name)
                        .putInt(0)
                        .putShort((short) 0)
                        // int4, of 4 bytes, as text
                        .putInt(23)
                        .putShort((short) 4)
                        .putInt(-1)
                        .putShort((short) 0)
                        .array());
        byte[] value = String.valueOf(process).getBytes(StandardCharsets.UTF_8);
        send(
                out,
                'D',
                ByteBuffer.allocate(6 + value.length)
                        .putShort((short) 1)
                        .putInt(value.length)
                        .put(value)
                        .array());
    }

    private static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static void ready(DataOutputStream out) throws IOException {
        send(out, 'Z', new byte[] {'I'});
        out.flush();
    }

    private static void send(DataOutputStream out, char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + Integer.BYTES);
        out.write(body);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
