package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.TimeSource;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Makes the folder of a model from a network. The network's own answer to a question is recorded as its golden answer. */
public final class ModelPacking {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CARD = "model.json";

    private ModelPacking() {}

    /**
     * Makes a folder, complete or not at all, that loads as the service loads it.
     *
     * @param network a file: ONNX if its name ends with {@code .onnx}, else TorchScript
     * @param folder not there yet
     * @return what was made, on one line
     * @throws IOException if the network cannot serve; the message says why
     * @throws InvalidValueException if the folder's name cannot be a model's, or it exists
     */
    public static String pack(Path network, Path folder, PackedNetwork known, TimeSource time) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        String name = IdentifierRules.model("the folder's name", String.valueOf(target.getFileName()));
        if (Files.exists(target)) {
            throw new InvalidValueException("folder", folder.toString(), "a folder that does not exist yet");
        }
        if (!Files.isRegularFile(network)) {
            throw new InvalidValueException("file", network.toString(), "a file with a network");
        }
        Path parent = target.getParent();
        Files.createDirectories(parent);
        // names that begin with a dot are no models to a service that reads the directory meanwhile
        Path making = Files.createDirectory(target.resolveSibling(
                "." + name + ".packing-" + ProcessHandle.current().pid()));
        try {
            ModelRuntime runtime = ModelRuntime.ofFile(String.valueOf(network.getFileName()));
            Files.copy(
                    network,
                    making.resolve(Objects.requireNonNull(runtime.file())),
                    StandardCopyOption.REPLACE_EXISTING);
            write(making, known.card(runtime));
            LoadedFolder made = new LoadedFolder(name, making, time);
            ModelCard.Golden golden = made.with(model -> model.card().golden());
            write(making, known.card(runtime, golden));
            String line = made.with(LoadedFolder::line);
            Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
            return line;
        } finally {
            LoadedFolder.delete(making);
        }
    }

    private static void write(Path folder, ObjectNode card) throws IOException {
        Files.writeString(
                folder.resolve(CARD), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(card) + "\n");
    }
}
