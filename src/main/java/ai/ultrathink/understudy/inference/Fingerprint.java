package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** File attributes of a model folder: cheap to read, and different as soon as a file is written or replaced. */
record Fingerprint(List<File> files) {

    record File(
            String name,
            long size,
            FileTime modified,
            @Nullable Object key) {}

    static Fingerprint of(Path folder) throws IOException {
        List<File> files = new ArrayList<>();
        for (String name : List.of("model.json", "model.pt", "model.onnx")) {
            Path path = folder.resolve(name);
            if (Files.exists(path)) {
                BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
                files.add(new File(name, file.size(), file.lastModifiedTime(), file.fileKey()));
            }
        }
        return new Fingerprint(List.copyOf(files));
    }
}
