package ai.ultrathink.understudy.inference;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What runs a network, and the file that it is in, if it is in one. */
enum ModelRuntime {
    TORCHSCRIPT("torchscript", "model.pt"),
    ONNX("onnx", "model.onnx"),
    /** A server, by the Open Inference Protocol. */
    REMOTE("remote", null);

    private final String text;
    private final @Nullable String file;

    ModelRuntime(String text, @Nullable String file) {
        this.text = text;
        this.file = file;
    }

    /** As {@code model.json} has it. */
    String text() {
        return text;
    }

    /** The name of the network's file; null if there is none. */
    @Nullable String file() {
        return file;
    }

    /** What runs a file, by its name. */
    static ModelRuntime ofFile(String name) {
        return name.endsWith(".onnx") ? ONNX : TORCHSCRIPT;
    }

    static Optional<ModelRuntime> of(String text) {
        return Stream.of(values()).filter(runtime -> runtime.text.equals(text)).findFirst();
    }
}
