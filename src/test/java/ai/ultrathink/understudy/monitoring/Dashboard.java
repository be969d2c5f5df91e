package ai.ultrathink.understudy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One of Grafana's dashboards, as far as its pictures and its tests need it. */
record Dashboard(String title, List<Panel> panels, List<Annotation> annotations, JsonNode json) {

    /** What is marked in all panels that have a time, while an expression has a value. */
    record Annotation(String name, String expression, String color) {}

    static final Path FOLDER = Path.of("deploy", "monitoring", "dashboards");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    static Dashboard read(Path file) throws IOException {
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        List<Panel> panels = StreamSupport.stream(json.path("panels").spliterator(), false)
                .map(Panel::read)
                .toList();
        List<Annotation> annotations = StreamSupport.stream(
                        json.path("annotations").path("list").spliterator(), false)
                .map(each -> new Annotation(
                        each.path("name").asText(),
                        each.path("expr").asText(),
                        each.path("iconColor").asText()))
                .toList();
        return new Dashboard(json.path("title").asText(), panels, annotations, json);
    }

    static List<Dashboard> all() throws IOException {
        return files().stream().map(Dashboard::readUnchecked).toList();
    }

    private static Dashboard readUnchecked(Path file) {
        try {
            return read(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " is no JSON", e);
        }
    }
}
