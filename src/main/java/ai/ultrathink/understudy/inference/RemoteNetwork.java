package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.remote.OipClient;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;

/** The place of a network that is on a server. Its {@link RemoteArm} asks it; no thread runs it. */
record RemoteNetwork(OipClient client) implements Network {

    @Override
    public NetworkOutput forward(TorchThread thread, int rows, int columns) {
        throw new IllegalStateException("this model is on a server");
    }

    /** Closes the connections. */
    @Override
    public void close() {
        client.close();
    }
}
