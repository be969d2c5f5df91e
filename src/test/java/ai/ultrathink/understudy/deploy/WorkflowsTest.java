package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a linter does not know of the workflows, and the updates of what they use. */
class WorkflowsTest {

    private static final Path GITHUB = Path.of(".github");
    private static final Pattern USES = Pattern.compile("(?m)uses: (.*)$");
    private static final Pattern PINNED = Pattern.compile("[\\w-]+/[\\w-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");

    private static String workflow(String name) throws IOException {
        return Files.readString(GITHUB.resolve("workflows").resolve(name));
    }

    private static JsonNode yaml(String text) throws IOException {
        return new YAMLMapper().readTree(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci.yml", "release.yml"})
    void actions_are_pinned_by_commit_with_their_version_beside_it(String name) throws IOException {
        List<String> uses = USES.matcher(workflow(name))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertFalse(uses.isEmpty());
        assertEquals(
                List.of(),
                uses.stream()
                        .filter(action -> !PINNED.matcher(action).matches())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci.yml", "release.yml"})
    void every_gate_runs_by_the_script_that_runs_it_elsewhere(String name) throws IOException {
        JsonNode workflow = yaml(workflow(name));

        assertEquals("read", workflow.path("permissions").path("contents").asText());
        assertTrue(workflow.path("jobs").findValuesAsText("run").contains(".ci/run"));
    }

    @Test
    void a_release_publishes_every_image() throws IOException {
        List<String> files = yaml(workflow("release.yml")).path("jobs").findValuesAsText("file");

        assertEquals(
                Dockerfile.all()
                        .map(image -> Dockerfile.FOLDER + "/" + image)
                        .sorted()
                        .toList(),
                files.stream().sorted().toList());
    }

    @Test
    void updates_are_looked_for_wherever_versions_are_pinned() throws IOException {
        Set<String> looked = new TreeSet<>();
        for (JsonNode update :
                yaml(Files.readString(GITHUB.resolve("dependabot.yml"))).path("updates")) {
            Stream.concat(
                            Stream.of(update.path("directory")),
                            update.path("directories").valueStream())
                    .filter(JsonNode::isTextual)
                    .forEach(folder ->
                            looked.add(update.path("package-ecosystem").asText() + " " + folder.asText()));
        }

        assertEquals(pinned(), looked);
    }

    private static Set<String> pinned() throws IOException {
        Set<String> pinned = new TreeSet<>(Set.of("github-actions /", "docker /deploy/k8s/overlays/dev"));
        Pattern file = Pattern.compile("(pom\\.xml|package\\.json|requirements\\.txt|Dockerfile\\.[a-z]+(?<!java))");
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            files.filter(path -> Stream.of("target", "node_modules", ".git")
                            .noneMatch(folder ->
                                    path.startsWith(folder) || path.toString().contains("/" + folder + "/")))
                    .filter(path -> file.matcher(path.getFileName().toString()).matches())
                    .forEach(path -> pinned.add(ecosystem(path)));
        }
        return pinned;
    }

    private static String ecosystem(Path file) {
        String folder = "/" + (file.getParent() == null ? "" : file.getParent());
        return switch (file.getFileName().toString()) {
            case "pom.xml" -> "maven " + folder;
            case "package.json" -> "npm " + folder;
            case "requirements.txt" -> "pip " + folder;
            default -> "docker " + folder;
        };
    }
}
