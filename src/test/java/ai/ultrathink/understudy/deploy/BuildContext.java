package ai.ultrathink.understudy.deploy;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/**
 * The project's folder as a build of an image sees it: without what .dockerignore keeps out.
 *
 * @param root the project's folder
 * @param rules of .dockerignore in their order; the last that matches decides
 */
record BuildContext(Path root, List<Rule> rules) {

    static BuildContext read() throws IOException {
        Path root = Path.of("");
        return new BuildContext(
                root,
                Files.readAllLines(root.resolve(".dockerignore")).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(Rule::of)
                        .toList());
    }

    /** The files and folders that a source of a COPY means; a last part may have stars. */
    List<Path> matches(String source) throws IOException {
        Path path = root.resolve(source);
        Path folder = path.getParent() == null ? root : path.getParent();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        PathMatcher name = FileSystems.getDefault().getPathMatcher("glob:" + path.getFileName());
        try (Stream<Path> children = Files.list(folder.toString().isEmpty() ? Path.of(".") : folder)) {
            return children.map(Path::normalize)
                    .filter(child -> name.matches(child.getFileName()))
                    .filter(child -> Files.isDirectory(child) || isSent(child))
                    .sorted()
                    .toList();
        }
    }

    /** The files under a folder, or the file itself, that the build gets. */
    List<Path> sent(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).filter(this::isSent).toList();
        }
    }

    boolean isSent(Path file) {
        boolean sent = true;
        for (Rule rule : rules) {
            if (rule.covers(file)) {
                sent = rule.sends();
            }
        }
        return sent;
    }

    /**
     * A line of .dockerignore.
     *
     * @param sends whether it starts with an exclamation mark: what it covers is sent after all
     */
    record Rule(PathMatcher pattern, boolean sends) {

        static Rule of(String line) {
            boolean sends = line.startsWith("!");
            String pattern = line.replaceFirst("^!", "").replaceFirst("/$", "");
            // Docker's ** stands for no folder, too
            return new Rule(FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("**/", "{,**/}")), sends);
        }

        /** Whether it matches the path or a folder above it. */
        boolean covers(Path path) {
            return Stream.<Path>iterate(path, above -> above != null, Path::getParent)
                    .anyMatch(pattern::matches);
        }
    }
}
