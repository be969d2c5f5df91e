package ai.ultrathink.understudy.http.connection;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Limits the connections of one peer to each port, so that one peer cannot use up all of them. Netty creates the users of this
 * class, so the counts are static.
 */
@Singleton
public class ConnectionLimits {

    private static final Map<Peer, Integer> OPEN = new ConcurrentHashMap<>();

    /** Null before the start. */
    private static volatile @Nullable ConnectionLimits inForce;

    private final int mostOfPeer;
    private final Counter ofPeers;
    private final Counter pipelined;

    ConnectionLimits(ConnectionConfig config, MeterRegistry meters) {
        mostOfPeer = config.maxConnectionsPerPeer();
        if (mostOfPeer < 1) {
            throw new IllegalArgumentException(
                    "understudy.http.max-connections-per-peer: got " + mostOfPeer + "; allowed: a number from 1");
        }
        ofPeers = ServiceMetric.CONNECTIONS_CLOSED.counter(meters, "reason", "peer");
        pipelined = ServiceMetric.CONNECTIONS_CLOSED.counter(meters, "reason", "pipelined");
    }

    void start(@Observes StartupEvent event) {
        inForce = this;
    }

    /**
     * Counts a connection until it is closed.
     *
     * @return whether its peer may have it; otherwise the caller closes it
     */
    public static boolean admit(Channel channel) {
        ConnectionLimits limits = inForce;
        if (limits == null
                || !(channel.remoteAddress() instanceof InetSocketAddress remote)
                || !(channel.localAddress() instanceof InetSocketAddress local)) {
            return true;
        }
        Peer peer = Peer.of(local.getPort(), remote.getAddress());
        if (OPEN.merge(peer, 1, Integer::sum) > limits.mostOfPeer) {
            limits.ofPeers.increment();
            left(peer);
            return false;
        }
        channel.closeFuture().addListener(closed -> left(peer));
        return true;
    }

    private static void left(Peer peer) {
        OPEN.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Counts a connection that is closed because too many of its requests wait. */
    static void countPipelined() {
        ConnectionLimits limits = inForce;
        if (limits != null) {
            limits.pipelined.increment();
        }
    }

    /**
     * @param port the service's own, since probes have another
     * @param address of IPv6 the first half, because a host has all of the second
     */
    private record Peer(int port, InetAddress address) {

        private static final int NETWORK = 8;

        static Peer of(int port, InetAddress address) {
            if (!(address instanceof Inet6Address)) {
                return new Peer(port, address);
            }
            byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK), 2 * NETWORK);
            try {
                return new Peer(port, InetAddress.getByAddress(network));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
