package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders of the models directory by name. Names that begin with a dot are skipped: Kubernetes keeps the versions of a
 * volume in such folders.
 *
 * @param models folders that hold a model, or should hold one
 * @param others folders that cannot be a model, and why
 */
record Folders(List<ModelFolder> models, List<ModelStatus> others) {

    Folders {
        models = List.copyOf(models);
        others = List.copyOf(others);
    }

    /**
     * Lists a directory.
     *
     * @throws ModelsDirectoryException if it cannot be read
     */
    static Folders in(Path directory, long mostNetworkBytes) {
        List<ModelFolder> models = new ArrayList<>();
        List<ModelStatus> others = new ArrayList<>();
        for (Path entry : entries(directory)) {
            String name = String.valueOf(entry.getFileName());
            if (has(entry, "model.json") || has(entry, "model.pt") || has(entry, "model.onnx")) {
                try {
                    models.add(
                            new ModelFolder(IdentifierRules.model("the folder's name", name), entry, mostNetworkBytes));
                } catch (InvalidValueException e) {
                    others.add(ModelStatus.failed(name, String.valueOf(e.getMessage())));
                }
            } else if (Files.isDirectory(entry)) {
                others.add(
                        Files.isReadable(entry) && Files.isExecutable(entry)
                                ? ModelStatus.ignored(name, "it holds neither model.pt nor model.json")
                                : ModelStatus.failed(name, "the folder cannot be read: permission denied"));
            } else if (Files.isSymbolicLink(entry) && !Files.exists(entry)) {
                others.add(ModelStatus.failed(name, "it is a link to a folder that is not there"));
            }
        }
        return new Folders(models, others);
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !String.valueOf(entry.getFileName()).startsWith("."))
                    .sorted(Comparator.comparing(entry -> String.valueOf(entry.getFileName())))
                    .toList();
        } catch (UncheckedIOException e) {
            throw unreadable(directory, new IOException(e));
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private static ModelsDirectoryException unreadable(Path directory, IOException e) {
        return new ModelsDirectoryException(
                "the models directory " + directory.toAbsolutePath() + " cannot be read; set UNDERSTUDY_MODELS_DIR", e);
    }

    private static boolean has(Path entry, String file) {
        return Files.exists(entry.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }
}
