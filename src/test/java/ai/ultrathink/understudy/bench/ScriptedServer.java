package ai.ultrathink.understudy.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Answers each request with the same text, and can be told to stall once, or to close its connections. */
final class ScriptedServer implements AutoCloseable {

    private final ServerSocket socket;
    private final List<String> pieces;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private volatile int closeAfter = Integer.MAX_VALUE;
    private volatile int stallAfter = Integer.MAX_VALUE;
    private volatile Duration stall = Duration.ZERO;
    private int requests;
    private long stallsUntil = System.nanoTime();

    private ScriptedServer(ServerSocket socket, List<String> pieces) {
        this.socket = socket;
        this.pieces = pieces;
    }

    /** @param pieces of the answer, of which each is sent by itself */
    static ScriptedServer answering(String... pieces) throws IOException {
        ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        ScriptedServer server = new ScriptedServer(socket, List.of(pieces));
        server.connections.execute(server::accept);
        return server;
    }

    /** From the request with this number on nothing is answered for this long. */
    ScriptedServer stallingAfter(int request, Duration time) {
        stall = time;
        stallAfter = request;
        return this;
    }

    ScriptedServer closingAfter(int request) {
        closeAfter = request;
        return this;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    synchronized int requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                connection.setTcpNoDelay(true);
                connections.execute(() -> answer(connection));
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private void answer(Socket connection) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))) {
            OutputStream out = connection.getOutputStream();
            while (read(in) && count() < closeAfter) {
                for (String piece : pieces) {
                    out.write(piece.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (SocketException e) {
            // the generator has gone
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a request; false if there is no more. */
    private static boolean read(BufferedReader in) throws IOException {
        int length = 0;
        for (String line = in.readLine(); line == null || !line.isEmpty(); line = in.readLine()) {
            if (line == null) {
                return false;
            }
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring("Content-Length: ".length()));
            }
        }
        return in.skip(length) == length;
    }

    /** Counts a request, and waits until the stall is over that it begins or that it falls into. */
    private int count() {
        int number;
        long until;
        synchronized (this) {
            number = requests++;
            if (number == stallAfter) {
                stallsUntil = System.nanoTime() + stall.toNanos();
            }
            until = stallsUntil;
        }
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return number;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        connections.shutdown();
    }
}
