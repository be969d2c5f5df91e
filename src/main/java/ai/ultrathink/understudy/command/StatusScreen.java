package ai.ultrathink.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an operator looks at first: what needs a person, then how each test stands. */
final class StatusScreen {

    private StatusScreen() {}

    static int run(Context context) {
        ServiceAnswer overview = context.service().get("/api/v1/overview");
        if (context.json()) {
            return context.show(overview, List.of());
        }
        int needed = 0;
        TextTable table = new TextTable("TEST", "SHARE", "VERDICT", "WHAT IT WAITS FOR", "LAST", "REPLICAS");
        for (JsonNode test : overview.json()) {
            needed += test.path("attention").asText("").isEmpty()
                            || test.path("attention").isNull()
                    ? 0
                    : 1;
            table.row(
                    test.path("test_id").asText(),
                    share(test),
                    verdict(test),
                    waitsFor(test),
                    last(context, test.path("last_event")),
                    test.path("replicas").path("at_generation").asText() + " of "
                            + test.path("replicas").path("alive").asText());
        }
        List<String> lines = new ArrayList<>();
        lines.add(headline(overview.json().size(), needed) + "  "
                + context.service().address());
        if (!overview.json().isEmpty()) {
            lines.add("");
            lines.addAll(table.lines());
        }
        return context.show(overview, lines);
    }

    private static String headline(int tests, int needed) {
        String all = tests == 0 ? "No tests." : tests == 1 ? "1 test." : tests + " tests.";
        return all
                + (needed == 0
                        ? " Nothing needs a person."
                        : needed == 1 ? " 1 needs a person." : " " + needed + " need a person.");
    }

    private static String share(JsonNode test) {
        if (!test.path("enabled").asBoolean()) {
            return "off";
        }
        String share = test.path("mode").asText().equals("shadow")
                ? "shadow"
                : percent(test.path("traffic_split").asDouble());
        JsonNode ramp = test.path("ramp");
        return ramp.isObject()
                ? share + ", step " + ramp.path("step").asText() + " of "
                        + ramp.path("steps").asText()
                : share;
    }

    private static String verdict(JsonNode test) {
        return text(test.path("verdict")).isEmpty()
                ? "none yet"
                : text(test.path("verdict")).replace('_', ' ');
    }

    private static String waitsFor(JsonNode test) {
        String attention = text(test.path("attention")).replace('_', ' ');
        String waits = text(test.path("waits_for"));
        return attention.isEmpty() ? waits : waits.isEmpty() ? "! " + attention : "! " + attention + "; " + waits;
    }

    private static String last(Context context, JsonNode event) {
        return event.isObject()
                ? event.path("action").asText().replace('_', ' ') + " by "
                        + event.path("actor").asText() + ", "
                        + context.ago(event.path("time").asText())
                : "";
    }

    private static String text(JsonNode node) {
        return node.isNull() || node.isMissingNode() ? "" : node.asText();
    }

    /** A fraction for readers: 0.05 is 5%. */
    static String percent(double fraction) {
        String percent = String.format(Locale.ROOT, "%.2f", fraction * 100);
        return percent.replaceAll("\\.?0+$", "") + "%";
    }
}
