package ai.ultrathink.understudy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One series of an answer of Prometheus. */
record Series(Map<String, String> labels, List<Point> points) {

    /**
     * One value.
     *
     * @param seconds since 1970
     */
    record Point(double seconds, double value) {}

    /** Reads what a query answers, of one moment or of many. */
    static Series read(JsonNode json) {
        Map<String, String> labels = new TreeMap<>();
        json.path("metric")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<Point> points = new ArrayList<>();
        json.path("values").forEach(pair -> points.add(point(pair)));
        if (json.has("value")) {
            points.add(point(json.path("value")));
        }
        return new Series(labels, List.copyOf(points));
    }

    private static Point point(JsonNode pair) {
        return new Point(pair.path(0).asDouble(), number(pair.path(1).asText()));
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** The last value; NaN when there is none. */
    double last() {
        return points.isEmpty() ? Double.NaN : points.getLast().value();
    }

    /** Whether at least one value is a number that can be shown. */
    boolean shows() {
        return points.stream().anyMatch(point -> Double.isFinite(point.value()));
    }
}
