package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Npm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Linters for Dockerfiles and workflows, which run in Node: src/test/linters. */
class LintersTest {

    private static final Npm LINTERS = new Npm(Path.of("src", "test", "linters"));
    private static final Path WORKFLOWS = Path.of(".github", "workflows");

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Npm.assumePresent("The linters of Dockerfiles and workflows");
        LINTERS.install();
    }

    private static String lint(List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("lint.mjs"));
        files.forEach(file -> command.add(file.toAbsolutePath().toString()));
        return LINTERS.node(command.toArray(String[]::new));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void dockerfiles_are_clean() throws IOException, InterruptedException {
        List<Path> files = files(Dockerfile.FOLDER);

        assertEquals(Dockerfile.NAMES.size(), files.size());
        assertEquals("0 findings in 3 files\n", lint(files));
    }

    @Test
    void workflows_are_clean() throws IOException, InterruptedException {
        assertEquals("0 findings in 2 files\n", lint(files(WORKFLOWS)));
    }

    @Test
    void what_is_wrong_is_found(@TempDir Path directory) throws IOException, InterruptedException {
        Path dockerfile = directory.resolve("Dockerfile.jvm");
        Files.writeString(
                dockerfile,
                Files.readString(Dockerfile.FOLDER.resolve("Dockerfile.jvm")).replace("EXPOSE 8080", "EXPOSE http"));
        Path workflow = directory.resolve("ci.yml");
        Files.writeString(
                workflow,
                Files.readString(WORKFLOWS.resolve("ci.yml"))
                        .replace("steps.graalvm.outputs.path", "steps.gralvm.outputs.path"));

        String found = lint(List.of(dockerfile, workflow));

        assertTrue(found.contains("Dockerfile.jvm:"), found);
        assertTrue(found.contains("ci.yml:") && found.contains("gralvm"), found);
    }
}
