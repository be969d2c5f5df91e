package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.connection.ConnectionLimits;
import ai.ultrathink.understudy.http.connection.RequestsInTurn;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * Adds to the sockets below Vert.x: a peer has a limit of connections ({@link ConnectionLimits}), an HTTP/1 connection has one
 * request at a time ({@link RequestsInTurn}), requests that are not valid HTTP get a problem document ({@link
 * MalformedRequestHandler}), and the listening socket is closed before its event loops stop. Otherwise Netty logs a
 * stack trace for each connection that arrives in between.
 *
 * <p>Netty creates it by java.util.ServiceLoader if the system property {@link #EXTENSIONS_SYSTEM_PROPERTY} is set.
 * Experiments that run inside the build's class loaders do not have it; those of the packaged service do.
 */
public final class HttpSocketExtension extends ChannelInitializerExtension {

    /** Sets the property for Netty, before the first socket is created. */
    public static void prepare() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerListenerChannel(ServerChannel channel) {
        Context listening = Vertx.currentContext();
        if (listening != null) {
            // a child of the listening deployment, because children are undeployed first
            listening.owner().deployVerticle(new Closing(channel));
        }
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new ConnectionHandlers());
    }

    /** Closes the listening socket. Open connections stay. */
    private static final class Closing extends AbstractVerticle {

        private final Channel channel;

        Closing(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void stop(Promise<Void> stopped) {
            channel.close().addListener(closed -> stopped.complete());
        }
    }
}
