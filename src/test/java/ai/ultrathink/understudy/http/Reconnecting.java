package ai.ultrathink.understudy.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Callers who make a connection for each request, and go on when the service is gone. */
final class Reconnecting implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final byte[] REQUEST =
            "GET /api/v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

    private final URI service;
    private final AtomicLong answered = new AtomicLong();
    private final List<Thread> callers = new ArrayList<>();
    private volatile boolean stopped;

    Reconnecting(URI service, int callers) {
        this.service = service;
        for (int i = 0; i < callers; i++) {
            this.callers.add(Thread.ofPlatform().start(this::call));
        }
    }

    private void call() {
        while (!stopped) {
            try (Socket socket = new Socket(service.getHost(), service.getPort())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(REQUEST);
                if (socket.getInputStream().readAllBytes().length > 0) {
                    answered.incrementAndGet();
                }
            } catch (IOException e) {
                // refused, or cut off: the next one
                Thread.onSpinWait();
            }
        }
    }

    long answered() {
        return answered.get();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread caller : callers) {
                caller.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
