package ai.ultrathink.understudy.http;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The models directory of the service under test: copies of the shipped models and of those made for tests. */
final class ModelsDirectory {

    static final Path PATH = Path.of("target", "test-models").toAbsolutePath();

    private static final Path SHIPPED = Path.of("models");
    private static final Path MADE_FOR_TESTS = Path.of("src", "test", "models");
    private static final List<String> FILES = List.of("model.pt", "model.json");

    private ModelsDirectory() {}

    static void assemble() throws IOException {
        delete(PATH);
        for (Path source : List.of(SHIPPED, MADE_FOR_TESTS)) {
            try (Stream<Path> folders = Files.list(source)) {
                for (Path folder : folders.filter(Files::isDirectory).toList()) {
                    copy(folder, String.valueOf(folder.getFileName()));
                }
            }
        }
    }

    /** Puts a copy of a model made for tests under another name, or over the one that is there. */
    static void put(String name, String original, String version) {
        try {
            copy(MADE_FOR_TESTS.resolve(original), name);
            Path card = PATH.resolve(name).resolve("model.json");
            JsonObject changed = new JsonObject(Files.readString(card)).put("version", version);
            Files.writeString(card, changed.encode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a model made for tests under another name as it is. */
    static void putAsItIs(String name, String original) {
        try {
            copy(MADE_FOR_TESTS.resolve(original), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, of a model that takes so many features; the original must not mind how many. */
    static void putOfSize(String name, String original, String version, int inputSize) {
        put(name, original, version);
        try {
            Path card = PATH.resolve(name).resolve("model.json");
            JsonObject changed = new JsonObject(Files.readString(card)).put("input_size", inputSize);
            changed.getJsonObject("golden").put("input", new JsonArray(Collections.nCopies(inputSize, 0.5)));
            Files.writeString(card, changed.encode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a network of any form, whose card has no golden answer. */
    static void put(String name, byte[] network, String card) {
        try {
            Path folder = Files.createDirectories(PATH.resolve(name));
            Files.write(folder.resolve("model.pt"), network);
            Files.writeString(folder.resolve("model.json"), card);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void remove(String name) {
        try {
            delete(PATH.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path folder, String name) throws IOException {
        Path target = PATH.resolve(name);
        for (String file : FILES) {
            if (Files.exists(folder.resolve(file))) {
                Files.createDirectories(target);
                Files.copy(folder.resolve(file), target.resolve(file), REPLACE_EXISTING);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
