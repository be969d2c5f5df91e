package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.torch.TorchScript;
import ai.ultrathink.understudy.inference.torch.TorchTensor;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;

/** TorchScript through DJL. */
@DefaultBean
@ApplicationScoped
class TorchNetworkLoader implements NetworkLoader {

    @Override
    public Network load(Path file) throws IOException {
        return new TorchNetwork(TorchScript.load(file));
    }

    private record TorchNetwork(TorchScript module) implements Network {

        // A matrix product takes rows in blocks and sums what is left over in another order. Blocks of 4 were measured;
        // wider
        // vectors may take 8.
        private static final int ROWS_PER_BLOCK = 8;

        @Override
        public int padded(int rows) {
            return Math.ceilDiv(rows, ROWS_PER_BLOCK) * ROWS_PER_BLOCK;
        }

        @Override
        public TorchTensor forward(TorchThread thread, int rows, int columns) {
            return thread.forward(module, rows, columns);
        }

        @Override
        public void close() {
            module.close();
        }
    }
}
