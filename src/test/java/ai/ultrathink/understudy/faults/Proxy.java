package ai.ultrathink.understudy.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A network between a service and its database that can be slow, silent or cut. */
final class Proxy implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final int target;
    private final ServerSocket door;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Duration delay = Duration.ZERO;
    private boolean silent;

    private record Link(Socket near, Socket far) {}

    /**
     * @param target the port on the loopback interface where the database listens
     */
    Proxy(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Every piece of data takes so much longer, in both directions. */
    void delay(Duration each) {
        delay = each;
    }

    /** Nothing comes through any more and nobody is told, as when a firewall drops the packets. */
    void silence() {
        hush(true);
    }

    /** Lets through again what was held back, and what follows. */
    void speak() {
        hush(false);
    }

    private void hush(boolean now) {
        lock.lock();
        try {
            silent = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Resets every connection on both sides. */
    void reset() {
        for (Link link : List.copyOf(links)) {
            reset(link.near);
            reset(link.far);
            links.remove(link);
        }
    }

    /** The database's side of every connection is gone and the service's side is not told: half-open TCP. */
    void halfOpen() {
        for (Link link : links) {
            reset(link.far);
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                Thread.ofVirtual().start(() -> connect(near));
            } catch (IOException e) {
                // closed, or a caller that was gone already
            }
        }
    }

    private void connect(Socket near) {
        try {
            pass();
            Socket far = new Socket();
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Link link = new Link(near, far);
            links.add(link);
            Thread.ofVirtual().start(() -> copy(link, near, far));
            copy(link, far, near);
        } catch (IOException e) {
            reset(near);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(Link link, Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                pass();
                to.getOutputStream().write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (SocketException e) {
            // one side is gone; whether the other hears of it, the fault decides
            if (!link.far.isClosed()) {
                reset(to);
            }
        } catch (IOException e) {
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Holds up whoever wants to pass, as long as the fault says. */
    private void pass() throws InterruptedException {
        lock.lock();
        try {
            while (silent) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
        if (!delay.isZero()) {
            Thread.sleep(delay);
        }
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                // so that close sends a reset and not an orderly end
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            // gone is what it was to be
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        speak();
        reset();
    }
}
