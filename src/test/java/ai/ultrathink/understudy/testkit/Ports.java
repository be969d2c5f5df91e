package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Free ports of this machine. */
public final class Ports {

    private Ports() {}

    /** One that the system chooses. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The first free one of so many. */
    public static OptionalInt firstFree(int from, int count) {
        return IntStream.range(from, from + count).filter(Ports::isFree).findFirst();
    }

    private static boolean isFree(int port) {
        // both: on some systems a listener on every address and one on this address do not mind each other
        return canBind(new InetSocketAddress(port))
                && canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
