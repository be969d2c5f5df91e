package ai.ultrathink.understudy.monitoring;

import static ai.ultrathink.understudy.monitoring.Rule.elements;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds deploy/monitoring to docs/metrics.md and to what Grafana and kustomize want. */
class MonitoringFilesTest {

    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `(understudy_\\w+)` \\| (\\w+) \\|([^|]*)\\|");
    private static final Pattern SELECTOR = Pattern.compile("\\b(?<![:\\w])(understudy_\\w+)(?:\\{([^}]*)})?");

    @Test
    void rules_and_dashboards_ask_for_listed_metrics_and_labels_alone() throws IOException {
        Map<String, Set<String>> listed = listed();

        for (String expression : expressions()) {
            SELECTOR.matcher(expression).results().forEach(selector -> {
                Set<String> labels = listed.get(selector.group(1));
                assertTrue(labels != null, () -> selector.group(1) + " is not listed: " + expression);
                String matchers = selector.group(2) == null ? "" : selector.group(2);
                Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)")
                        .matcher(matchers)
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !label.equals("namespace") && !label.equals("job"))
                        .forEach(label -> assertTrue(labels.contains(label), () -> label + " in " + expression));
            });
        }
    }

    /** The name of each series with its labels; a histogram has three. */
    private static Map<String, Set<String>> listed() throws IOException {
        Map<String, Set<String>> listed = new TreeMap<>();
        LISTED.matcher(Files.readString(Path.of("docs", "metrics.md")))
                .results()
                .forEach(row -> {
                    Set<String> labels = Pattern.compile("`(\\w+)`")
                            .matcher(row.group(3))
                            .results()
                            .map(label -> label.group(1))
                            .collect(Collectors.toCollection(TreeSet::new));
                    if (row.group(2).equals("histogram")) {
                        Stream.of("_bucket", "_count", "_sum").forEach(part -> listed.put(row.group(1) + part, labels));
                    } else {
                        listed.put(row.group(1), labels);
                    }
                });
        return listed;
    }

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        Rule.all().forEach(rule -> expressions.add(rule.expression()));
        Dashboard.all()
                .forEach(dashboard -> dashboard
                        .panels()
                        .forEach(panel -> panel.queries().forEach(query -> expressions.add(query.expression()))));
        Dashboard.all()
                .forEach(dashboard ->
                        dashboard.annotations().forEach(annotation -> expressions.add(annotation.expression())));
        return expressions;
    }

    @Test
    void dashboards_are_what_grafana_imports() throws IOException {
        Set<String> uids = new HashSet<>();
        for (Dashboard dashboard : Dashboard.all()) {
            JsonNode json = dashboard.json();
            assertTrue(uids.add(json.path("uid").asText()), dashboard.title());
            // Grafana brings older ones up to date, and refuses none
            assertTrue(json.path("schemaVersion").asInt() >= 41, dashboard.title());
            Set<Integer> ids = new HashSet<>();
            json.path("panels").forEach(panel -> {
                assertTrue(ids.add(panel.path("id").asInt()), () -> panel.path("title") + " has another's id");
                assertTrue(
                        Set.of("stat", "timeseries", "bargauge")
                                .contains(panel.path("type").asText()),
                        () -> panel.path("title") + " has a type that is not drawn");
            });
        }
    }

    @Test
    void dashboards_name_no_data_source_but_the_one_that_is_chosen() throws IOException {
        for (Dashboard dashboard : Dashboard.all()) {
            List<String> sources = dashboard.json().findValues("datasource").stream()
                    .map(source -> source.path("uid").asText())
                    .distinct()
                    .toList();
            assertEquals(List.of("${datasource}"), sources, dashboard.title());
            JsonNode variable = dashboard.json().path("templating").path("list").path(0);
            assertEquals("datasource", variable.path("name").asText());
            assertEquals("datasource", variable.path("type").asText());
        }
    }

    /** Who has learnt the colour of treatment in one panel can read all others. */
    @Test
    void control_is_blue_and_treatment_is_orange_wherever_they_are_named() throws IOException {
        int named = 0;
        for (Dashboard dashboard : Dashboard.all()) {
            for (Panel panel : dashboard.panels()) {
                for (Panel.Query query : panel.queries()) {
                    if (query.legend().matches(".*(control|treatment|\\{\\{(role|group)}}).*")) {
                        named++;
                        assertEquals(
                                List.of("#3274d9", "#e0752d", "#e0752d"),
                                List.of(
                                        panel.paint().of(List.of("control")).getFirst(),
                                        panel.paint().of(List.of("treatment")).getFirst(),
                                        panel.paint()
                                                .of(List.of("bull as treatment"))
                                                .getFirst()),
                                panel.title());
                    }
                }
            }
        }
        assertTrue(named > 5);
    }

    @Test
    void panels_do_not_cover_each_other() throws IOException {
        for (Dashboard dashboard : Dashboard.all()) {
            Set<String> cells = new HashSet<>();
            for (Panel panel : dashboard.panels()) {
                Panel.Place place = panel.place();
                assertTrue(place.x() + place.width() <= 24, panel.title());
                for (int x = place.x(); x < place.x() + place.width(); x++) {
                    for (int y = place.y(); y < place.y() + place.height(); y++) {
                        assertTrue(cells.add(x + "," + y), dashboard.title() + ", " + panel.title());
                    }
                }
            }
        }
    }

    @Test
    void kustomize_takes_each_dashboard_to_where_grafanas_sidecar_looks() throws IOException {
        JsonNode generator = Rule.yaml(Rule.FOLDER.resolve("kustomization.yaml"))
                .path("configMapGenerator")
                .path(0);

        assertEquals(
                Dashboard.files().stream()
                        .map(file -> Rule.FOLDER.relativize(file).toString())
                        .toList(),
                elements(generator.path("files")).map(JsonNode::asText).toList());
        assertEquals(
                "1",
                generator
                        .path("options")
                        .path("labels")
                        .path("grafana_dashboard")
                        .asText());
    }

    @Test
    void the_service_monitor_gives_the_job_the_name_that_the_rules_ask_for() throws IOException {
        JsonNode spec = Rule.yaml(Rule.FOLDER.resolve("servicemonitor.yaml")).path("spec");
        String label = spec.path("jobLabel").asText();

        assertEquals(
                "understudy",
                spec.path("selector").path("matchLabels").path(label).asText());
        assertEquals("/q/metrics", spec.path("endpoints").path(0).path("path").asText());
    }
}
