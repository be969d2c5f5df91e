package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.torch.TorchScript;
import ai.ultrathink.understudy.inference.torch.TorchTensor;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** TorchScript through DJL. */
@DefaultBean
@ApplicationScoped
class TorchNetworkLoader implements NetworkLoader {

    @Override
    public Network load(Path file) throws IOException {
        return new TorchNetwork(TorchScript.load(file), TorchScript.onlyOneRow(file));
    }

    private record TorchNetwork(TorchScript module, Optional<String> onlyOneRow) implements Network {

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
