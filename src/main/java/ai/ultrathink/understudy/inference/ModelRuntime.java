package ai.ultrathink.understudy.inference;

import java.util.Optional;
import java.util.stream.Stream;

/** What runs a network, and the file that it is in. */
enum ModelRuntime {
    TORCHSCRIPT("torchscript", "model.pt"),
    ONNX("onnx", "model.onnx");

    private final String text;
    private final String file;

    ModelRuntime(String text, String file) {
        this.text = text;
        this.file = file;
    }

    /** As {@code model.json} has it. */
    String text() {
        return text;
    }

    /** The name of the network's file. */
    String file() {
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
