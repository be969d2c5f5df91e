package ai.ultrathink.understudy.monitoring;

import static ai.ultrathink.understudy.monitoring.Rule.elements;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Tool;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the rules to promtool, to their own tests and to the runbook. */
class AlertRulesTest {

    private static final String RUNBOOK = "https://github.com/ultrathink/understudy/blob/main/docs/runbook.md#";
    private static final Path TESTS = Rule.FOLDER.resolve("tests");

    @Test
    void promtool_finds_nothing_wrong_with_the_rules() throws Exception {
        Tool.PROMTOOL.assumePresent("The test of the alerts");

        String report = Tool.PROMTOOL.run(Rule.FOLDER, "check", "rules", "--lint-fatal", "rules.yaml");

        assertTrue(report.contains("SUCCESS: " + Rule.all().size() + " rules found"), report);
    }

    @Test
    void the_rules_pass_their_tests() throws Exception {
        Tool.PROMTOOL.assumePresent("The test of the alerts");
        List<String> files =
                testFiles().stream().map(file -> file.getFileName().toString()).toList();

        String report = Tool.PROMTOOL.run(
                TESTS, Stream.concat(Stream.of("test", "rules"), files.stream()).toArray(String[]::new));

        assertEquals(
                files.size(),
                Pattern.compile("SUCCESS").matcher(report).results().count(),
                report);
    }

    @Test
    void each_alert_is_tested_firing_and_not_firing() throws IOException {
        assertEquals(alerts(), tested(expected -> !expected.isEmpty()));
        assertEquals(alerts(), tested(JsonNode::isEmpty));
    }

    @Test
    void the_operators_rules_are_those_of_prometheus() throws IOException {
        JsonNode operators = Rule.yaml(Rule.FOLDER.resolve("prometheusrule.yaml"));

        assertEquals(Rule.yaml(Rule.FILE), operators.path("spec"), "run \"make rules\"");
        assertEquals("PrometheusRule", operators.path("kind").asText());
        assertEquals("monitoring.coreos.com/v1", operators.path("apiVersion").asText());
    }

    @Test
    void each_alert_has_its_section_in_the_runbook_and_each_section_its_alert() throws IOException {
        Set<String> sections = Pattern.compile("(?m)^### (Understudy\\w+)$")
                .matcher(Files.readString(Path.of("docs", "runbook.md")))
                .results()
                .map(section -> section.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(alerts(), sections);
    }

    @Test
    void each_alert_sends_its_reader_to_its_section_and_says_how_urgent_it_is() throws IOException {
        for (Rule rule : Rule.all()) {
            if (rule.alerts()) {
                assertEquals(RUNBOOK + rule.name().toLowerCase(Locale.ROOT), rule.runbook());
                assertTrue(Set.of("warning", "critical").contains(rule.severity()), rule.name());
            }
        }
    }

    private static Set<String> alerts() throws IOException {
        return Rule.all().stream().filter(Rule::alerts).map(Rule::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The alerts of which some test expects such a list. */
    private static Set<String> tested(Predicate<JsonNode> expected) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : testFiles()) {
            elements(Rule.yaml(file).path("tests"))
                    .flatMap(test -> elements(test.path("alert_rule_test")))
                    .filter(test -> expected.test(test.path("exp_alerts")))
                    .forEach(test -> names.add(test.path("alertname").asText()));
        }
        return names;
    }

    private static List<Path> testFiles() throws IOException {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.sorted().toList();
        }
    }
}
