package ai.ultrathink.understudy.http.problem;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * The sockets below Vert.x, which gives neither of the two things that are done here: requests that no HTTP can be made of are
 * answered in words ({@link MalformedRequestHandler}), and the socket that takes connections is closed before the event loops that serve them are
 * taken from it. Otherwise Netty logs a stack for each connection that comes in between.
 *
 * <p>Netty makes it itself, by java.util.ServiceLoader, where the system property {@link #EXTENSIONS_SYSTEM_PROPERTY} says so.
 * Tests that run within the build's class loaders do not have it; those of the packaged service do.
 */
public final class HttpSocketExtension extends ChannelInitializerExtension {

    /** For Netty, when the first socket is made. */
    public static void prepare() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerListenerChannel(ServerChannel channel) {
        Context listening = Vertx.currentContext();
        if (listening != null) {
            // a child of the deployment that listens, and children end first
            listening.owner().deployVerticle(new Closing(channel));
        }
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new MalformedRequestHandlerInstaller());
    }

    /** Ends when nothing listens any more. Connections that there are stay. */
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
