package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.onnx.OnnxNetwork;
import ai.ultrathink.understudy.inference.onnx.OnnxScores;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import ai.ultrathink.understudy.inference.torch.TorchScript;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** TorchScript through DJL, and ONNX through ONNX Runtime. */
@DefaultBean
@ApplicationScoped
class EngineNetworkLoader implements NetworkLoader {

    /** PyTorch packs code but not weights, so a file that unpacks to much more than its size is meant to do harm. */
    private static final long PACKED_BYTES = 64L << 20;

    @Override
    public Network load(Path file, ModelCard card) throws IOException {
        if (card.runtime() == ModelRuntime.ONNX) {
            return new InOnnxRuntime(OnnxNetwork.load(file, card.input(), card.head()));
        }
        return new TorchNetwork(
                TorchScript.load(file, 2 * Files.size(file) + PACKED_BYTES),
                card.input(),
                card.head(),
                TorchScript.onlyOneRow(file));
    }

    private record InOnnxRuntime(OnnxNetwork network) implements Network {

        @Override
        public NetworkOutput forward(TorchThread thread, int rows, int columns) {
            // what was written there before this call
            OnnxScores output = network.forward(thread.input(rows * columns), rows);
            return new NetworkOutput(output.shape(), output.values());
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private record TorchNetwork(TorchScript module, InputForm input, OutputHead head, Optional<String> onlyOneRow)
            implements Network {

        @Override
        public NetworkOutput forward(TorchThread thread, int rows, int columns) {
            return thread.forward(module, input, head, rows);
        }

        @Override
        public void close() {
            module.close();
        }
    }
}
