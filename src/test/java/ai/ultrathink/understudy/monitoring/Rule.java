package ai.ultrathink.understudy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One rule of deploy/monitoring/rules.yaml.
 *
 * @param name of the alert, or of the series that it records
 * @param runbook where an alert's reader is sent; empty for one that records
 */
record Rule(String name, boolean alerts, String expression, String severity, String runbook) {

    static final Path FOLDER = Path.of("deploy", "monitoring");
    static final Path FILE = FOLDER.resolve("rules.yaml");

    static List<Rule> all() throws IOException {
        return elements(yaml(FILE).path("groups"))
                .flatMap(group -> elements(group.path("rules")))
                .map(Rule::read)
                .toList();
    }

    private static Rule read(JsonNode json) {
        boolean alerts = json.has("alert");
        return new Rule(
                json.path(alerts ? "alert" : "record").asText(),
                alerts,
                json.path("expr").asText(),
                json.path("labels").path("severity").asText(),
                json.path("annotations").path("runbook_url").asText());
    }

    static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(Files.readString(file));
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
