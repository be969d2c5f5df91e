package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Directories;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart of deploy/helm, rendered by Helm and held to the same schema and rules as the manifests. */
@SuppressWarnings("NullAway") // a null fails the test
class HelmTest {

    private static final Path PRODUCTION = Path.of("deploy", "helm", "production.yaml");
    private static final List<String> ONLY_OF_HELM = List.of(
            "app.kubernetes.io/managed-by",
            "app.kubernetes.io/instance",
            "app.kubernetes.io/version",
            "helm.sh/chart",
            "checksum/settings");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Overlay production = new Overlay("", "", new Cluster(List.of()));

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void render() throws IOException, InterruptedException {
        production = Overlay.render(Kubectl.fetched(), "production");
    }

    private static Cluster chart(String release, Path... values) throws IOException, InterruptedException {
        HelmProgram.Result result = HelmProgram.template(release, "understudy", List.of(values));
        assertFalse(result.failed(), result.text());
        String namespace = Files.readString(Path.of("deploy", "k8s", "overlays", "production", "namespace.yaml"));
        return Cluster.of(namespace + "\n---\n" + result.text());
    }

    private Path values(String text) throws IOException {
        return Files.writeString(directory.resolve("values.yaml"), text);
    }

    @Test
    void the_linter_finds_nothing() throws IOException, InterruptedException {
        // it takes no values, and the chart's own leave out what only the operator knows
        Path chart = Directories.copy(HelmProgram.CHART, directory.resolve("understudy"));
        Path values = chart.resolve("values.yaml");
        Files.writeString(
                values,
                Files.readString(values)
                        .replace("url: \"\"", "url: postgresql://db.example.com:5432/understudy")
                        .replace("settings: {}", "settings: {UNDERSTUDY_AUTH: tokens}"));

        HelmProgram.Result result = HelmProgram.lint(chart);

        assertFalse(result.failed(), result.text());
        assertFalse(result.text().contains("[WARNING]"), result.text());
        assertTrue(HelmProgram.lint(HelmProgram.CHART).failed());
    }

    @Test
    void versions_are_those_of_the_project() throws IOException {
        JsonNode chart = new YAMLMapper()
                .readTree(HelmProgram.CHART.resolve("Chart.yaml").toFile());

        assertEquals(Release.version(), chart.path("version").asText());
        assertEquals(Release.version(), chart.path("appVersion").asText());
    }

    @Test
    void it_makes_what_the_production_overlay_makes() throws IOException, InterruptedException {
        Map<String, JsonNode> ours = comparable(chart("understudy", PRODUCTION));
        Map<String, JsonNode> kustomize = comparable(production.cluster());

        assertEquals(kustomize.keySet(), ours.keySet());
        kustomize.forEach((name, object) -> assertEquals(object, ours.get(name), name));
    }

    /** What Helm adds is left out, and so is the hash in the name of a generated config map. The two network policies are one there. */
    private static Map<String, JsonNode> comparable(Cluster cluster) throws IOException {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (HasMetadata object : cluster.objects()) {
            String text = JSON.writeValueAsString(object).replaceAll("\"understudy-[0-9a-z]{10}\"", "\"understudy\"");
            JsonNode tree = without(JSON.readTree(text));
            ((ObjectNode) tree.at("/metadata/labels")).remove("app.kubernetes.io/component");
            objects.put(object.getKind() + " " + object.getMetadata().getName().replaceAll("-[0-9a-z]{10}$", ""), tree);
        }
        JsonNode provider = objects.remove("NetworkPolicy understudy-identity-provider");
        if (provider != null) {
            ((ArrayNode) objects.get("NetworkPolicy understudy").at("/spec/egress"))
                    .addAll((ArrayNode) provider.at("/spec/egress"));
        }
        return objects;
    }

    private static JsonNode without(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(ONLY_OF_HELM);
            List.copyOf(object.properties()).stream()
                    .filter(field -> field.getKey().equals("annotations")
                            && without(field.getValue()).isEmpty())
                    .forEach(field -> object.remove(field.getKey()));
        }
        node.forEach(HelmTest::without);
        return node;
    }

    @ParameterizedTest
    @CsvSource({"understudy,native", "understudy,jvm", "desk,native"})
    void keeps_the_rules(String release, String edition) throws IOException, InterruptedException {
        Path values = values("edition: " + edition);

        Cluster cluster = chart(release, PRODUCTION, values);

        assertEquals(List.of(), ManifestRules.broken(cluster));
    }

    @Test
    void two_releases_in_one_namespace_do_not_select_each_others_pods() throws IOException, InterruptedException {
        Cluster one = chart("blue", PRODUCTION);
        Cluster other = chart("green", PRODUCTION);

        Service service = one.one(Service.class, "blue-understudy");
        assertTrue(one.selectsPods(service.getSpec().getSelector()));
        assertFalse(other.selectsPods(service.getSpec().getSelector()));
    }

    @Test
    void the_jvm_gets_its_image_and_its_memory() throws IOException, InterruptedException {
        Container container = container(chart("understudy", PRODUCTION, values("edition: jvm")));

        assertEquals("ghcr.io/ultrathink/understudy:" + Release.version() + "-jvm", container.getImage());
        assertEquals(List.of(), container.getArgs());
        assertEquals(
                "1536Mi", container.getResources().getLimits().get("memory").toString());
    }

    private static Container container(Cluster cluster) {
        return cluster.one(Deployment.class, "understudy")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    @Test
    void a_changed_setting_is_a_rollout() throws IOException, InterruptedException {
        String before = checksum(chart("understudy", PRODUCTION));
        String after =
                checksum(chart("understudy", PRODUCTION, values("settings: {UNDERSTUDY_JOURNAL_MAX_SIZE: 512M}")));

        assertFalse(before.equals(after));
    }

    private static String checksum(Cluster cluster) {
        return cluster.one(Deployment.class, "understudy")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .get("checksum/settings");
    }

    @Test
    void servers_of_remote_models_can_be_opened() throws IOException, InterruptedException {
        Cluster cluster = chart(
                "understudy",
                PRODUCTION,
                values("networkPolicy: {extraEgress: [{ports: [{port: 8001, protocol: TCP}]}]}"));

        NetworkPolicy policy = cluster.one(NetworkPolicy.class, "understudy");
        assertEquals(
                8001,
                policy.getSpec()
                        .getEgress()
                        .getLast()
                        .getPorts()
                        .getFirst()
                        .getPort()
                        .getIntVal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "database: {url: mysql://db/understudy} | url",
                "imgae: {tag: 1} | imgae",
                "edition: wasm | edition",
                "settings: {UNDERSTUDY_AUTH: tokens, DATABASE_PASSWORD: secret} | DATABASE_PASSWORD",
                "image: {tag: latest} | tag",
                "autoscaling: {minReplicas: 9, maxReplicas: 2} | minReplicas is 9",
            })
    void nonsense_is_refused_by_name(String text, String named) throws IOException, InterruptedException {
        HelmProgram.Result result = HelmProgram.template("understudy", "understudy", List.of(PRODUCTION, values(text)));

        assertTrue(result.failed(), result.text());
        assertTrue(result.text().contains(named), result.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"database.url", "UNDERSTUDY_AUTH"})
    void what_must_be_said_is_asked_for(String required) throws IOException, InterruptedException {
        String text = Files.readString(PRODUCTION);
        Path without = values(text.replaceAll("(?m)^.*(url:|UNDERSTUDY_AUTH:).*$", "")
                .replace("database:\n", "database: {existingSecret: other}\n"));

        HelmProgram.Result result = HelmProgram.template("understudy", "understudy", List.of(without));

        assertTrue(result.failed(), result.text());
        assertTrue(
                result.text().contains(required) || result.text().contains(required.replace('.', '/')), result.text());
    }

    @Test
    void there_is_one_namespace_and_it_is_not_the_charts() throws IOException, InterruptedException {
        HelmProgram.Result result = HelmProgram.template("understudy", "understudy", List.of(PRODUCTION));

        assertEquals(List.of(), Cluster.of(result.text()).all(Namespace.class));
    }
}
