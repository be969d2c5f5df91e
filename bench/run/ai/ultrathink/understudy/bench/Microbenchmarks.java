package ai.ultrathink.understudy.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What JMH measured, from its own file. */
final class Microbenchmarks {

    /**
     * One benchmark.
     *
     * @param name class and method, with its parameter
     * @param typical the mean of a call, or the median where single calls were sampled
     * @param p99 the 99th percentile of single calls; NaN where only the mean is known
     * @param bytes allocated a call, by all threads
     */
    record Row(String name, double typical, double p99, String unit, double bytes) {}

    private final List<Row> rows = new ArrayList<>();

    private Microbenchmarks() {}

    /** @param results as JMH's {@code -rf json} writes them; none are known when there is no such file */
    static Microbenchmarks read(Path results) throws IOException {
        Microbenchmarks known = new Microbenchmarks();
        if (Files.isRegularFile(results)) {
            for (JsonNode result : new ObjectMapper().readTree(results.toFile())) {
                known.rows.add(row(result));
            }
        }
        return known;
    }

    List<Row> rows() {
        return rows;
    }

    /** The benchmark of that class and method; one that was not run has only NaN. */
    Row find(String name) {
        return rows.stream()
                .filter(row -> row.name.equals(name))
                .findFirst()
                .orElse(new Row(name, Double.NaN, Double.NaN, "", Double.NaN));
    }

    private static Row row(JsonNode result) {
        String[] path = result.path("benchmark").asText().split("\\.", -1);
        String batch = result.path("params").path("batch").asText("");
        JsonNode metric = result.path("primaryMetric");
        JsonNode percentiles = metric.path("scorePercentiles");
        boolean sampled = result.path("mode").asText().equals("sample");
        return new Row(
                path[path.length - 2] + "." + path[path.length - 1] + (batch.isEmpty() ? "" : ", batch of " + batch),
                (sampled ? percentiles.path("50.0") : metric.path("score")).asDouble(),
                sampled ? percentiles.path("99.0").asDouble() : Double.NaN,
                metric.path("scoreUnit").asText(),
                result.path("secondaryMetrics")
                        .path("gc.alloc.rate.norm")
                        .path("score")
                        .asDouble(Double.NaN));
    }
}
