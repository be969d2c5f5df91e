package ai.ultrathink.understudy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** One panel of a dashboard. */
record Panel(String type, String title, Place place, Field field, Paint paint, List<Query> queries) {

    /** What Grafana shows where a panel says nothing else. */
    private static final String NO_DATA = "No data";

    /** Where it is, in columns of 24 and rows. */
    record Place(int x, int y, int width, int height) {}

    /**
     * How its values are written and judged.
     *
     * @param unit as Grafana calls it
     * @param decimals after the point; -1 where the panel does not say
     * @param min of its axis; NaN where the values decide
     * @param max of its axis; NaN where the values decide
     * @param words for some values
     * @param none what is shown without a value
     */
    record Field(
            String unit,
            int decimals,
            double min,
            double max,
            List<Threshold> thresholds,
            Map<String, String> words,
            String none) {

        /** Whether a panel without a value tells the reader more than that. */
        boolean saysWhyThereIsNone() {
            return !none.equals(NO_DATA);
        }

        /** The color of a value. */
        String color(double value) {
            String color = "green";
            for (Threshold threshold : thresholds) {
                color = value >= threshold.from ? threshold.color : color;
            }
            return color;
        }
    }

    /** A color, from a value on. */
    record Threshold(double from, String color) {}

    /** What it asks, and how it calls what is answered. */
    record Query(String expression, String legend) {

        private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

        /** The expression with Grafana's variables filled in, all namespaces among them. */
        String forTest(String testId, Duration range, Duration rateInterval) {
            return expression
                    .replace("$__rate_interval", rateInterval.toSeconds() + "s")
                    .replace("$__range", range.toSeconds() + "s")
                    .replace("$namespace", ".*")
                    .replace("$test", testId);
        }

        String name(Series series) {
            return LABEL.matcher(legend)
                    .replaceAll(
                            label -> Matcher.quoteReplacement(series.labels().getOrDefault(label.group(1), "")))
                    .strip();
        }
    }

    static Panel read(JsonNode json) {
        JsonNode grid = json.path("gridPos");
        JsonNode defaults = json.path("fieldConfig").path("defaults");
        List<Threshold> thresholds = new ArrayList<>();
        defaults.path("thresholds")
                .path("steps")
                .forEach(step -> thresholds.add(new Threshold(
                        step.path("value").asDouble(Double.NEGATIVE_INFINITY),
                        step.path("color").asText())));
        Map<String, String> words = new TreeMap<>();
        defaults.path("mappings")
                .forEach(mapping -> mapping.path("options")
                        .properties()
                        .forEach(option -> words.put(
                                option.getKey(), option.getValue().path("text").asText())));
        return new Panel(
                json.path("type").asText(),
                json.path("title").asText(),
                new Place(
                        grid.path("x").asInt(),
                        grid.path("y").asInt(),
                        grid.path("w").asInt(),
                        grid.path("h").asInt()),
                new Field(
                        defaults.path("unit").asText(),
                        defaults.path("decimals").asInt(-1),
                        defaults.path("min").asDouble(Double.NaN),
                        defaults.path("max").asDouble(Double.NaN),
                        List.copyOf(thresholds),
                        Collections.unmodifiableMap(words),
                        defaults.path("noValue").asText(NO_DATA)),
                Paint.read(json.path("fieldConfig")),
                StreamSupport.stream(json.path("targets").spliterator(), false)
                        .map(target -> new Query(
                                target.path("expr").asText(),
                                target.path("legendFormat").asText()))
                        .toList());
    }

    /** Whether it shows a moment instead of a span of time. */
    boolean isInstant() {
        return !type.equals("timeseries");
    }
}
